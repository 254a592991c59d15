/** What is wrong with this page itself, above everything else and in words. */
import type { ReactElement } from "react";
import { formatLasting } from "../shared/format.ts";
import type { Linked } from "./phone-link.ts";
import type { PhoneSound } from "./use-crew-sound.ts";
import { usePhoneWords } from "./words.ts";

type Props = {
  readonly crew: Linked<unknown>;
  readonly sound: Pick<PhoneSound, "running" | "turnOn" | "now" | "silence">;
  readonly readOnly: boolean;
  /** `elapsed()` now. */
  readonly now: number;
};

export function Notices({ crew, sound, readOnly, now }: Props): ReactElement {
  const { t } = usePhoneWords();
  const lost = crew.link === "lost";
  const upgraded = crew.loadedVersion !== null && crew.version !== crew.loadedVersion;
  return (
    <div className="notices">
      {lost && (
        <section className="banner lost" role="alert">
          <p>{t("link.lost", { time: formatLasting(now - crew.heardAt) })}</p>
          <p className="small">{t("answer.link-lost")}</p>
          {sound.now?.kind === "lost" && (
            <button type="button" className="button onto" onClick={() => sound.silence(null)}>
              {t("act.silence")}
            </button>
          )}
        </section>
      )}
      {!lost && !crew.recording && (
        <section className="banner lost" role="alert">
          <p>{t("not-recording")}</p>
        </section>
      )}
      {!sound.running && (
        <button type="button" className="banner muffled" onClick={sound.turnOn}>
          {t("sound.off")}
        </button>
      )}
      {readOnly && (
        <section className="banner plain">
          <p>{t("session.expired")}</p>
        </section>
      )}
      {upgraded && (
        <button type="button" className="banner plain" onClick={() => location.reload()}>
          {t("page.upgraded")}
        </button>
      )}
    </div>
  );
}
