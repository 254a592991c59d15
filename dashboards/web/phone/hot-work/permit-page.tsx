/** One permit on the phone: may work begin, what lacks and who puts it right, what comes next, what stands in it. */
import { type ReactElement, useEffect, useState } from "react";
import type { PermitAct, PermitView } from "#gateway/api/hot-work-contract.ts";
import type { HotWorkForm } from "#gateway/api/hot-work-form-contract.ts";
import { isBeforeWork, isWatched } from "#rules/hot-work/permit.ts";
import { actsNow, mainAct, remedyOf } from "./acts.ts";
import { CheckIn } from "./check-in.tsx";
import { PermitFacts } from "./permit-facts.tsx";
import { ActSheet, isAtOnce } from "./sheets.tsx";
import { type ActBody, useActs } from "./use-permits.ts";
import { WatchCard } from "./watch-card.tsx";
import { actFailure, codeWord, faultWord, type HotWords, useHotWords } from "./words.ts";

export type PermitPageProps = {
  readonly permit: PermitView;
  readonly form: HotWorkForm | null;
  /** Acts of the person's role, and who they are. */
  readonly may: readonly string[];
  readonly person: { readonly id: string; readonly role: string };
  /** Gateway time. */
  readonly now: number;
  readonly utcOffsetMin: number;
  /** Of the QR that was scanned; null where the page was opened by hand. */
  readonly code?: string | null;
  readonly onCodeUsed?: () => void;
  readonly onDone: (permit: PermitView) => void;
  /** An order waits for this crew: no question may cover it. */
  readonly hasOrders?: boolean;
};

export function PermitPage(props: PermitPageProps): ReactElement {
  const { permit, form, may, person, now, utcOffsetMin, code = null, onDone } = props;
  const words = useHotWords();
  const [sheet, setSheet] = useState<PermitAct | null>(null);
  const acting = useActs(permit.id, onDone);
  const acts = actsNow(permit, may, person.id);
  const main = mainAct(permit, acts, now);
  const { hasOrders = false } = props;
  useEffect(() => {
    if (hasOrders) setSheet(null);
  }, [hasOrders]);

  const press = (act: PermitAct): void => {
    acting.clear();
    if (!isAtOnce(act)) return setSheet(act);
    void acting.send(bodyOf(act, permit));
  };
  return (
    <article className="permit" data-permit={permit.id} data-state={permit.state}>
      <h2 className="kind">
        <span>{words.t("hot-work.number", { number: permit.number })}</span>
        {permit.report.kind !== "painting" && (
          <span className="state">{codeWord(words, "class", permit.class)}</span>
        )}
      </h2>
      <p className="permit-state" data-state={permit.state}>
        {codeWord(words, "state", permit.state)}
      </p>
      {code !== null && (
        <CheckIn code={code} acting={acting} onUsed={props.onCodeUsed ?? (() => undefined)} />
      )}
      <WatchCard
        permit={permit}
        now={now}
        utcOffsetMin={utcOffsetMin}
        onCheckIn={acts.includes("check-in") ? () => press("check-in") : null}
      />
      <Verdict permit={permit} acts={acts} onPress={press} />
      {main && <MainButton key={main} act={main} busy={acting.busy !== null} onPress={press} />}
      {acts.includes("stop-work") && (
        <button
          type="button"
          className="button answer danger"
          data-act="stop-work"
          onClick={() => press("stop-work")}
        >
          {words.t("hot-work.act.stop-work")}
        </button>
      )}
      {acting.failure && sheet === null && (
        <p className="failure" role="alert" data-failure={acting.failure.act}>
          {actFailure(words, acting.failure.error)}
        </p>
      )}
      <PermitFacts permit={permit} form={form} now={now} utcOffsetMin={utcOffsetMin} />
      <MoreActs acts={otherActs(permit, acts, main)} onPress={press} />
      {sheet && (
        <ActSheet
          act={sheet}
          {...{ permit, form, now, utcOffsetMin, acting }}
          role={person.role}
          onBack={() => setSheet(null)}
        />
      )}
    </article>
  );
}

/** What stands beside what it puts right is not said twice, and what would be refused is not offered. */
function otherActs(
  permit: PermitView,
  acts: readonly PermitAct[],
  main: PermitAct | null,
): PermitAct[] {
  const remedies = permit.missing.map(remedyOf);
  // These stand above, where and when they are to be done.
  const elsewhere: readonly PermitAct[] = ["start-work", "resume-work", "stop-work"];
  return acts
    .filter((act) => act !== main && !elsewhere.includes(act) && !remedies.includes(act))
    .filter((act) => act !== "check-in" || !isWatched(permit));
}

/** Of an act that asks nothing more. */
export function bodyOf(command: PermitAct, { check }: PermitView): ActBody {
  const isOfStation = command === "accept-inspection" || command === "decline-inspection";
  return isOfStation ? { command, station: check?.station ?? "" } : { command };
}

type Pressed = { readonly onPress: (act: PermitAct) => void };

/** A clear yes, or a clear no with all its reasons; whoever can put one right has the button beside it. */
function Verdict({
  permit,
  acts,
  onPress,
}: Pressed & {
  readonly permit: PermitView;
  readonly acts: readonly PermitAct[];
}): ReactElement | null {
  const words = useHotWords();
  const { t } = words;
  const { missing, impaired, state, faults } = permit;
  const isResume = state === "suspended";
  if (state === "draft" && faults.length > 0) {
    return (
      <section className="verdict no" data-verdict="draft">
        <p className="strong">{t("hw.fix", { count: faults.length })}</p>
        <Reasons codes={faults} acts={[]} onPress={onPress} impaired={impaired} />
      </section>
    );
  }
  if (!isResume && !isBeforeWork(permit)) return null;
  if (permit.report.kind === "painting") return null;
  if (missing.length === 0) {
    return (
      <p className="verdict yes" data-verdict="yes">
        {t(isResume ? "hw.may-resume" : "hw.may-start")}
      </p>
    );
  }
  return (
    <section className="verdict no" data-verdict="no">
      <p className="strong">
        {t(isResume ? "hw.lacks-resume" : "hw.lacks", { count: missing.length })}
      </p>
      <Reasons codes={missing} acts={acts} onPress={onPress} impaired={impaired} />
    </section>
  );
}

function Reasons({
  codes,
  acts,
  impaired,
  onPress,
}: Pressed & {
  readonly codes: readonly string[];
  readonly acts: readonly PermitAct[];
  readonly impaired: PermitView["impaired"];
}): ReactElement {
  const words = useHotWords();
  const causes = [...new Set(impaired.map((one) => causeWord(words, one)))];
  return (
    <ul className="reasons">
      {codes.map((code) => {
        const act = remedyOf(code);
        return (
          <li key={code} data-missing={code}>
            <span>
              {faultWord(words, code)}
              {code === "protection-impaired" && (
                <span className="block small" data-impaired={impaired.length}>
                  {causes.join("; ")}
                </span>
              )}
            </span>
            {act && acts.includes(act) && (
              <button type="button" className="button" data-act={act} onClick={() => onPress(act)}>
                {remedyWord(words, act, code)}
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** The alarm itself where it stands, for somebody has to put that right; else the kind of cause. */
function causeWord(words: HotWords, { cause, what }: PermitView["impaired"][number]): string {
  return what === null ? codeWord(words, "cause", cause) : words.text(what);
}

function remedyWord(words: HotWords, act: PermitAct, missing: string): string {
  if (missing === "goods-inside") return words.t("hot-work.act.declare-empty");
  if (missing === "dust-not-cleared") return words.t("hot-work.act.declare-dust-cleared");
  return codeWord(words, "act", act);
}

/** The end of the work cannot be taken back: two presses. */
function MainButton({
  act,
  busy,
  onPress,
}: Pressed & { readonly act: PermitAct; readonly busy: boolean }): ReactElement {
  const words = useHotWords();
  const [armed, setArmed] = useState(false);
  const press = (): void => {
    if (act === "end-work" && !armed) return setArmed(true);
    onPress(act);
  };
  const word = codeWord(words, "act", act);
  return (
    <button
      type="button"
      className="button answer primary"
      data-act={act}
      disabled={busy}
      onClick={press}
    >
      {armed ? words.t("hw.press-again", { act: word }) : word}
    </button>
  );
}

function MoreActs({
  acts,
  onPress,
}: Pressed & { readonly acts: readonly PermitAct[] }): ReactElement | null {
  const words = useHotWords();
  const [armed, setArmed] = useState<PermitAct | null>(null);
  if (acts.length === 0) return null;
  const press = (act: PermitAct): void => {
    if (act === "end-work" && armed !== act) return setArmed(act);
    setArmed(null);
    onPress(act);
  };
  return (
    <section className="more-acts" aria-label={words.t("hw.more-acts")}>
      <h3>{words.t("hw.more-acts")}</h3>
      {acts.map((act) => (
        <button
          key={act}
          type="button"
          className="button"
          data-act={act}
          onClick={() => press(act)}
        >
          {armed === act
            ? words.t("hw.press-again", { act: codeWord(words, "act", act) })
            : codeWord(words, "act", act)}
        </button>
      ))}
    </section>
  );
}
