/**
 * Something calls and the browser holds the sound back: the whole page asks for one touch. A phone
 * that cannot sound at all shows what it is called for after that touch all the same.
 */
import { type ReactElement, useState } from "react";
import { asksForTouch } from "./crew.ts";
import "./sound-gate.css";
import type { PhoneSound } from "./use-crew-sound.ts";
import { usePhoneWords } from "./words.ts";

export function SoundGate({ sound }: { readonly sound: PhoneSound }): ReactElement | null {
  const { t } = usePhoneWords();
  const [isTouched, setTouched] = useState(false);
  if (!asksForTouch(sound.running, sound.now, isTouched)) return null;
  const touch = (): void => {
    setTouched(true);
    sound.turnOn();
  };
  return (
    <button type="button" className="sound-gate" onClick={touch}>
      <strong>{t("phone.calls")}</strong>
      <span>{t("sound.off")}</span>
    </button>
  );
}
