/** The head of a replay: its mark, its time, how fast it goes, and the steps one may jump to. */
import type { ReactElement } from "react";
import type { RecordView } from "#gateway/api/contract.ts";
import { formatDateTime, formatLasting } from "../../shared/format.ts";
import { useWords } from "../../shared/i18n.ts";
import { DemoMark } from "../parts.tsx";
import type { Audible } from "./replay-sound.ts";
import { type ReplayState, type ReplayStore, speeds } from "./replay-store.ts";
import { type StepTime, stepTimes } from "./times.ts";
import { showRecord } from "./use-shown.ts";
import type { RecordWord } from "./words/zh.ts";

type Props = {
  readonly record: RecordView;
  readonly store: ReplayStore;
  readonly state: ReplayState;
  readonly audible: Audible;
};

export function ReplayBar(props: Props): ReactElement {
  const { record, state, audible } = props;
  const { t } = useWords<RecordWord>();
  const { id, number } = record.incident;
  return (
    <header className="header replay-bar">
      <p className="replay-head">
        <strong className="replay-big">{t("mark.replay")}</strong>
        <strong>{t("replay.of", { number })}</strong>
        <DemoMark />
        <time className="clock">{formatDateTime(state.at, record.utcOffsetMin)}</time>
        <span>+{formatLasting(state.at - state.from)}</span>
        {state.at >= state.to && <strong>{t("replay.ended")}</strong>}
        <span className="header-space" />
        <button
          type="button"
          className="button small"
          aria-pressed={audible.on}
          onClick={audible.toggle}
        >
          {t(audible.on ? "replay.sound-off" : "replay.sound-on")}
        </button>
        <button type="button" className="button small" onClick={() => showRecord(id)}>
          {t("replay.record")}
        </button>
      </p>
      <Controls {...props} />
      <Steps {...props} />
    </header>
  );
}

function Controls({ store, state }: Props): ReactElement {
  const { t } = useWords<RecordWord>();
  const { at, from, to, playing } = state;
  return (
    <div className="replay-controls">
      <button
        type="button"
        className="button small"
        title={t("replay.back")}
        aria-label={t("replay.back")}
        onClick={() => store.step(-1)}
      >
        ←
      </button>
      <button
        type="button"
        className="button small primary"
        data-does="play"
        onClick={() => store.play(!playing)}
      >
        {t(playing ? "replay.pause" : "replay.play")}
      </button>
      <button
        type="button"
        className="button small"
        title={t("replay.forward")}
        aria-label={t("replay.forward")}
        onClick={() => store.step(1)}
      >
        →
      </button>
      <fieldset className="replay-speeds" aria-label={t("replay.speed")}>
        {speeds.map((speed) => (
          <button
            key={speed}
            type="button"
            className="button small"
            aria-pressed={state.speed === speed}
            data-speed={speed}
            onClick={() => store.setSpeed(speed)}
          >
            ×{speed}
          </button>
        ))}
      </fieldset>
      <input
        type="range"
        aria-label={t("replay.position")}
        min={0}
        max={Math.max(1, to - from)}
        step={100}
        value={at - from}
        onChange={(event) => store.seek(from + Number(event.target.value))}
      />
    </div>
  );
}

/** Reached ones can be jumped to; each says what it took, beside its limit where it has one. */
function Steps({ record, store, state }: Props): ReactElement {
  return (
    <ol className="replay-steps">
      {stepTimes(record)
        .filter((time) => time.at !== null)
        .map((time) => (
          <li key={time.step}>
            <StepButton time={time} reached={(time.at ?? 0) <= state.at} store={store} />
          </li>
        ))}
    </ol>
  );
}

type StepProps = {
  readonly time: StepTime;
  readonly reached: boolean;
  readonly store: ReplayStore;
};

function StepButton({ time, reached, store }: StepProps): ReactElement {
  const { t } = useWords<RecordWord>();
  const { step, at, sinceMs, tookMs, limitMs, late } = time;
  return (
    <button
      type="button"
      className="replay-step"
      data-step={step}
      data-state={reached ? "done" : "ahead"}
      data-late={late}
      onClick={() => store.seek(at ?? 0)}
    >
      {t(`record.step.${step}`)} +{formatLasting(sinceMs ?? 0)}
      {limitMs !== null && tookMs !== null && (
        <span>
          {" "}
          ({formatLasting(tookMs)} / {formatLasting(limitMs)})
        </span>
      )}
      {late && ` ${t("record.late")}`}
    </button>
  );
}
