/** A photo for an act: sent at once, so that what is wrong with it is said before the act. */
import { type ChangeEvent, type ReactElement, useId, useState } from "react";
import { problemOf } from "../../shared/api.ts";
import { usePermitWords } from "./words.ts";

type Props = { readonly site: string; readonly onPhoto: (photo: string) => void };

export function PhotoField({ site, onPhoto }: Props): ReactElement {
  const { t, of } = usePermitWords();
  const id = useId();
  const [state, setState] = useState<"none" | "sending" | "there" | { readonly fault: string }>(
    "none",
  );
  const send = async (event: ChangeEvent<HTMLInputElement>): Promise<void> => {
    const file = event.target.files?.[0];
    if (!file) return;
    setState("sending");
    try {
      const response = await fetch(`/api/v1/photos?site=${encodeURIComponent(site)}`, {
        method: "POST",
        headers: { "content-type": file.type || "application/octet-stream" },
        body: file,
      });
      const answer: unknown = await response.json().catch(() => null);
      if (!response.ok) return setState({ fault: problemOf(response.status, answer).code });
      onPhoto((answer as { readonly photo: string }).photo);
      setState("there");
    } catch {
      setState({ fault: "unreachable" });
    }
  };
  return (
    <div className="field">
      <label htmlFor={id}>{t("permit.photo")}</label>
      <input
        id={id}
        type="file"
        accept="image/jpeg,image/png,image/webp"
        onChange={(event) => void send(event)}
      />
      <p role="status">
        {state === "sending" && t("permit.photo-sending")}
        {state === "there" && t("permit.photo-there")}
      </p>
      {typeof state === "object" && <p className="problem">{of("fault", state.fault)}</p>}
    </div>
  );
}
