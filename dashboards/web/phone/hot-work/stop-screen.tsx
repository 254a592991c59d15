/**
 * 立即停止动火 over the whole page, with its sound: until the watcher says 已停工. Whoever else reads it
 * silences it for this phone, and it stays in the list.
 */
import { type ReactElement, useEffect, useRef } from "react";
import type { PermitView } from "#gateway/api/hot-work-contract.ts";
import { formatLasting, formatWhen } from "../../shared/format.ts";
import { placeOf } from "./permit-facts.tsx";
import { bodyOf } from "./permit-page.tsx";
import { useActs } from "./use-permits.ts";
import { actFailure, codeWord, useHotWords } from "./words.ts";

type Props = {
  readonly permit: PermitView;
  readonly now: number;
  readonly utcOffsetMin: number;
  readonly isWatcher: boolean;
  readonly onDone: (permit: PermitView) => void;
  readonly onSeen: () => void;
};

export function StopScreen(props: Props): ReactElement | null {
  const { permit, now, utcOffsetMin, isWatcher, onDone, onSeen } = props;
  const words = useHotWords();
  const { t } = words;
  const acting = useActs(permit.id, onDone);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    if (element && !element.open) element.showModal();
    navigator.vibrate?.([400, 200, 400, 200, 400]);
    return () => element?.close();
  }, []);
  const { stop } = permit;
  if (stop === null) return null;
  const left = stop.confirmBy - now;
  return (
    <dialog
      ref={dialog}
      className="stop-screen"
      data-stop={permit.id}
      aria-labelledby="stop-title"
      onCancel={(event) => event.preventDefault()}
    >
      <h1 id="stop-title">{t("hot-work.stop-now")}</h1>
      <p className="lead strong">{codeWord(words, "cause", stop.cause)}</p>
      {stop.what.map((what) => (
        <p key={what.en}>{words.text(what)}</p>
      ))}
      <p className="lead">{placeOf(words, permit)}</p>
      <p>{t("hot-work.number", { number: permit.number })}</p>
      <p>
        {t("hw.stop.since", { time: formatWhen(stop.at, now, utcOffsetMin) })} ·{" "}
        {t("time.lasting", { time: formatLasting(now - stop.at) })}
      </p>
      {isWatcher && (
        <p className="count">
          {left > 0
            ? t("hw.stop.confirm-in", { time: formatLasting(left) })
            : t("hw.stop.confirm-late")}
        </p>
      )}
      <p>{t("hw.stop.keep-watching")}</p>
      {acting.failure && (
        <p role="alert" className="strong">
          {actFailure(words, acting.failure.error)}
        </p>
      )}
      {isWatcher ? (
        <button
          type="button"
          className="button stopped"
          data-act="confirm-stop"
          disabled={acting.busy !== null}
          onClick={() => void acting.send(bodyOf("confirm-stop", permit))}
        >
          {t("hot-work.act.confirm-stop")}
        </button>
      ) : (
        <button type="button" className="button stopped" data-does="seen" onClick={onSeen}>
          {t("hw.stop.seen")}
        </button>
      )}
    </dialog>
  );
}
