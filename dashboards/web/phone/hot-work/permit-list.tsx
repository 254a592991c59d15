/** Permits of the site: what burns first, then what comes next; what is over on demand. */
import { type ReactElement, useState } from "react";
import type { PermitList as Answer, PermitView } from "#gateway/api/hot-work-contract.ts";
import { isOver } from "#rules/hot-work/lifecycle.ts";
import { getJson } from "../../shared/api.ts";
import { formatLasting } from "../../shared/format.ts";
import { placeOf } from "./permit-facts.tsx";
import { planTime } from "./times.ts";
import { actFailure, codeWord, faultWord, useHotWords } from "./words.ts";

/** What begins later is told by its date. */
const dayMs = 86_400_000;

type Props = {
  readonly permits: readonly PermitView[];
  readonly now: number;
  readonly utcOffsetMin: number;
  readonly isMine?: (permit: PermitView) => boolean;
  readonly onOpen: (id: string) => void;
};

export function PermitList(props: Props): ReactElement {
  const { t } = useHotWords();
  if (props.permits.length === 0) return <p className="lead calm">{t("hw.none")}</p>;
  return (
    <section aria-label={t("hw.open", { count: props.permits.length })}>
      <h2 className="small muted">{t("hw.open", { count: props.permits.length })}</h2>
      <Rows {...props} />
    </section>
  );
}

function Rows({ permits, onOpen, ...of }: Props): ReactElement {
  return (
    <ul className="choices">
      {permits.map((permit) => (
        <li key={permit.id}>
          <Row permit={permit} {...of} onOpen={() => onOpen(permit.id)} />
        </li>
      ))}
    </ul>
  );
}

type RowProps = Omit<Props, "permits" | "onOpen"> & {
  readonly permit: PermitView;
  readonly onOpen: () => void;
};

export function Row({ permit, now, utcOffsetMin, isMine, onOpen }: RowProps): ReactElement {
  const words = useHotWords();
  const { t } = words;
  const { report, state, missing, check, watch } = permit;
  const when = (at: number): string => planTime(at, now, utcOffsetMin);
  const begins = report.startsAt - now;
  // Painting is told of, and needs no permit.
  const isWork = report.kind !== "painting";
  const isWaiting = state === "matched" && check?.need !== "not-drawn";
  return (
    <button
      type="button"
      className="permit-row"
      data-permit={permit.id}
      data-state={state}
      onClick={onOpen}
    >
      <span className="tags">
        <strong className="permit-state" data-state={state}>
          {codeWord(words, "state", state)}
        </strong>
        {isWork && <span className="doubt">{codeWord(words, "class", permit.class)}</span>}
        {isMine?.(permit) && <span className="doubt">{t("hw.mine")}</span>}
        <span className="number">{permit.number}</span>
      </span>
      <span className="strong">{placeOf(words, permit)}</span>
      <span>
        {codeWord(words, "kind", report.kind)} ·{" "}
        {t("hw.from-to", { from: when(report.startsAt), until: when(report.endsAt) })}
      </span>
      {isWaiting && check?.expectedAt != null && (
        <span>{t("hot-work.expected", { time: when(check.expectedAt) })}</span>
      )}
      {state === "fire-watch" && watch.until !== null && (
        <span>
          {now < watch.until
            ? t("hw.watch-left", { time: formatLasting(watch.until - now) })
            : t("hw.watch-over")}
        </span>
      )}
      {state === "draft" && permit.faults[0] !== undefined && (
        <span className="failure">{faultWord(words, permit.faults[0])}</span>
      )}
      {isWork && !isOver(state) && missing.length > 0 && state !== "draft" && (
        <span className="muted">{t("hw.lacks", { count: missing.length })}</span>
      )}
      {begins > 0 && begins < dayMs && !isOver(state) && (
        <span className="muted small">{t("hw.starts-in", { time: formatLasting(begins) })}</span>
      )}
    </button>
  );
}

/** Read when somebody asks for it: what is over does not move any more. */
export function PermitsOver({
  site,
  ...of
}: Omit<Props, "permits"> & { readonly site: string }): ReactElement {
  const words = useHotWords();
  const { t } = words;
  const [over, setOver] = useState<readonly PermitView[] | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const read = (isOpen: boolean): void => {
    if (!isOpen) return;
    setFailure(null);
    getJson<Answer>(`/api/v1/hot-work?site=${site}&state=all`).then(
      ({ permits }) => setOver(permits.filter(({ state }) => isOver(state)).slice(0, 50)),
      setFailure,
    );
  };
  return (
    <details className="history" onToggle={(event) => read(event.currentTarget.open)}>
      <summary>{t("hw.over")}</summary>
      {failure !== null && <p className="failure">{actFailure(words, failure)}</p>}
      {over?.length === 0 && <p className="muted">{t("hw.over-none")}</p>}
      {over && over.length > 0 && <Rows permits={over} {...of} />}
    </details>
  );
}
