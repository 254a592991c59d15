/** The QR at the work point was scanned: the check-in goes out once, with the place where the phone may say it. */
import { type ReactElement, useEffect, useRef, useState } from "react";
import { hereIfAllowed } from "./here.ts";
import type { Acting } from "./use-permits.ts";
import { actFailure, useHotWords } from "./words.ts";

type Props = {
  readonly code: string;
  readonly acting: Acting;
  /** The address must not check in again when the page is opened anew, away from the place. */
  readonly onUsed: () => void;
};

export function CheckIn({ code, acting, onUsed }: Props): ReactElement {
  const words = useHotWords();
  const { t } = words;
  const begun = useRef(false);
  const [done, setDone] = useState(false);
  const send = async (): Promise<void> => {
    const at = await hereIfAllowed().catch(() => undefined);
    const position = at && { lng: at.lng, lat: at.lat, datum: "WGS-84" };
    const isDone = await acting.send({ command: "check-in", code, ...(position && { position }) });
    if (!isDone) return;
    setDone(true);
    setTimeout(onUsed, 4000);
  };
  useEffect(() => {
    if (begun.current) return;
    begun.current = true;
    void send();
  });
  const failed = acting.failure?.act === "check-in" ? acting.failure.error : null;
  return (
    <section className="verdict" data-check-in={done ? "done" : failed ? "failed" : "sending"}>
      {done && (
        <p className="lead strong">
          ✓ {t("hot-work.act.check-in")} · {t("hw.sent")}
        </p>
      )}
      {!done && failed === null && <p className="lead">{t("hw.checking-in")}</p>}
      {!done && failed !== null && (
        <>
          <p className="failure lead">{actFailure(words, failed)}</p>
          <button type="button" className="button primary" onClick={() => void send()}>
            {t("hw.again")}
          </button>
        </>
      )}
    </section>
  );
}
