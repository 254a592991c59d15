/** Without sound nobody is at the desk: the whole page says so, and any click or key turns it on. */
import type { ReactElement } from "react";
import { useWords } from "../shared/i18n.ts";
import { useSharedAudio } from "../shared/live.ts";
import { useDesk } from "./acts.ts";
import { Icon } from "./icons.tsx";
import type { DeskWord } from "./words/zh.ts";

export function SoundGate({ waiting }: { readonly waiting: number }): ReactElement | null {
  const { t } = useWords<DeskWord>();
  const { sound } = useDesk();
  const { anywhere } = useSharedAudio();
  if (anywhere) return null;
  return (
    // biome-ignore lint/a11y/noAutofocus: whichever key is pressed first turns the sound on.
    <button type="button" className="sound-gate" autoFocus onClick={() => sound.turnOn()}>
      <Icon name="sound" />
      <strong>{t("sound.off")}</strong>
      {waiting > 0 && (
        <span className="sound-waiting">{t("sound.waiting", { count: waiting })}</span>
      )}
      <span>{t("sound.off-hint")}</span>
    </button>
  );
}
