/** Somebody's telephone: read when it is asked for, and the gateway logs by whom. */
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import type { PersonContact } from "#gateway/api/contract.ts";
import { getJson } from "../shared/api.ts";
import { useWords } from "../shared/i18n.ts";
import type { ShelfWord } from "./shelf/words/zh.ts";

export function PhoneOf({ person }: { readonly person: string }): ReactElement {
  const { t } = useWords<ShelfWord>();
  const [asked, setAsked] = useState(false);
  const contact = useQuery({
    queryKey: ["person", person],
    queryFn: ({ signal }) => getJson<PersonContact>(`/api/v1/persons/${person}`, signal),
    enabled: asked,
  });
  if (contact.isError) return <span className="problem">{t("phone.failed")}</span>;
  if (!contact.data) {
    return (
      <button type="button" className="button quiet" onClick={() => setAsked(true)}>
        {t("phone.ask")}
      </button>
    );
  }
  const { phone } = contact.data;
  if (phone === null) return <span className="muted">{t("phone.none")}</span>;
  return (
    <a className="phone" href={`tel:${phone.replace(/[^0-9+]/g, "")}`}>
      {phone}
    </a>
  );
}
