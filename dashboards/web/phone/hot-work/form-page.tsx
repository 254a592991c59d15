/** 动火报备 in four steps. What is wrong stands at its field; the draft stays on the phone until it is sent. */
import { type ReactElement, useEffect, useState } from "react";
import type { PermitView } from "#gateway/api/hot-work-contract.ts";
import type { HotWorkForm } from "#gateway/api/hot-work-form-contract.ts";
import {
  type Draft,
  type Faults,
  faultsIn,
  fieldOf,
  fromPermit,
  type Step,
  stepOf,
  steps,
} from "./form.ts";
import { MeasuresStep, PeopleStep, PlaceStep, WorkStep } from "./form-steps.tsx";
import { type Outbox, useOutbox } from "./outbox.ts";
import { actFailure, faultWord, useHotWords } from "./words.ts";

type Props = {
  readonly form: HotWorkForm;
  readonly now: number;
  /** The newest of the site that may serve as a template; null where there is none. */
  readonly last: PermitView | null;
  readonly onSubmitted: (permit: PermitView) => void;
  readonly onBack: () => void;
};

const pages: Readonly<Record<Step, (props: StepProps) => ReactElement>> = {
  place: PlaceStep,
  work: WorkStep,
  people: PeopleStep,
  measures: MeasuresStep,
};

export type StepProps = {
  readonly draft: Draft;
  readonly form: HotWorkForm;
  readonly faults: Faults;
  readonly put: (change: Partial<Draft>) => void;
};

export function FormPage({ form, now, last, onSubmitted, onBack }: Props): ReactElement {
  const { t } = useHotWords();
  const outbox = useOutbox({ form, now: () => now, onSubmitted });
  const [step, setStep] = useState<Step>("place");
  /** A field is told of once its step was left, and all of them once it was to be sent. */
  const [judged, setJudged] = useState<ReadonlySet<Step>>(new Set());
  const { draft, put } = outbox;
  const own = faultsIn(draft, form, now);
  const shown = faultsShown(own, outbox.faults, judged);
  const wrong = Object.keys(shown).length;
  const index = steps.indexOf(step);
  const Page = pages[step];

  // The gateway's own no leads to the field it is about.
  useEffect(() => {
    const [first] = outbox.faults;
    const field = first === undefined ? null : fieldOf(first);
    if (field) setStep(stepOf(field));
  }, [outbox.faults]);

  const go = (to: Step): void => {
    setJudged((before) => new Set([...before, step]));
    setStep(to);
    scrollTo(0, 0);
  };
  const submit = (): void => {
    setJudged(new Set(steps));
    const [first] = Object.keys(own) as (keyof Draft)[];
    if (first !== undefined) return setStep(stepOf(first));
    outbox.submit();
  };
  return (
    <>
      <header className="bar">
        <h1>{t("hw.new")}</h1>
        <span className="muted">{t("hw.step-of", { n: index + 1, count: steps.length })}</span>
      </header>
      <Steps step={step} shown={shown} onStep={go} />
      {step === "place" && last && draft.permit === null && (
        <Template last={last} onUse={() => put(fromPermit(draft, last, form))} />
      )}
      <Page draft={draft} form={form} faults={shown} put={put} />
      <Answer outbox={outbox} wrong={wrong} />
      <Ways
        index={index}
        busy={outbox.busy}
        onBack={() => (index === 0 ? onBack() : go(steps[index - 1] ?? "place"))}
        onNext={() => go(steps[index + 1] ?? "measures")}
        onSubmit={submit}
      />
      <Kept outbox={outbox} />
    </>
  );
}

type StepsProps = {
  readonly step: Step;
  readonly shown: Faults;
  readonly onStep: (step: Step) => void;
};

/** The four steps, and in which of them something is wrong. */
function Steps({ step, shown, onStep }: StepsProps): ReactElement {
  const { t } = useHotWords();
  const wrong = new Set(Object.keys(shown).map((key) => stepOf(key as keyof Draft)));
  return (
    <nav className="steps" aria-label={t("hw.new")}>
      {steps.map((one) => (
        <button
          key={one}
          type="button"
          className="chip"
          data-step={one}
          aria-current={one === step ? "step" : undefined}
          data-wrong={wrong.has(one)}
          onClick={() => onStep(one)}
        >
          {t(`hw.step.${one}`)}
        </button>
      ))}
    </nav>
  );
}

type TemplateProps = { readonly last: PermitView; readonly onUse: () => void };

function Template({ last, onUse }: TemplateProps): ReactElement {
  const { t } = useHotWords();
  return (
    <div>
      <button type="button" className="button wide" data-does="template" onClick={onUse}>
        {t("hw.template")} {last.number}
      </button>
      <p className="muted small">{t("hw.template-hint")}</p>
    </div>
  );
}

type WaysProps = {
  readonly index: number;
  readonly busy: boolean;
  readonly onBack: () => void;
  readonly onNext: () => void;
  readonly onSubmit: () => void;
};

/** Back, and on: the last step submits. */
function Ways({ index, busy, onBack, onNext, onSubmit }: WaysProps): ReactElement {
  const { t } = useHotWords();
  const isLast = index === steps.length - 1;
  const word = isLast ? t(busy ? "hw.sending" : "hw.submit") : t("hw.next");
  return (
    <div className="pair">
      <button type="button" className="button" onClick={onBack}>
        {t(index === 0 ? "hw.back" : "hw.previous")}
      </button>
      <button
        type="button"
        className="button primary"
        data-does={isLast ? "submit" : "next"}
        disabled={isLast && busy}
        onClick={isLast ? onSubmit : onNext}
      >
        {word}
      </button>
    </div>
  );
}

/** What the gateway has said stands first; it knows of more than this phone. */
function faultsShown(own: Faults, said: readonly string[], judged: ReadonlySet<Step>): Faults {
  const shown: Partial<Record<keyof Draft, string>> = {};
  for (const code of said) {
    const field = fieldOf(code);
    if (field) shown[field] ??= code;
  }
  for (const [field, code] of Object.entries(own)) {
    const key = field as keyof Draft;
    if (judged.has(stepOf(key))) shown[key] ??= code;
  }
  return shown;
}

/** What became of the last try. */
function Answer({ outbox, wrong }: { outbox: Outbox; wrong: number }): ReactElement | null {
  const words = useHotWords();
  const { t } = words;
  const { waiting, failure, faults, draft } = outbox;
  if (waiting) {
    return (
      <section className="banner plain" role="status" data-waiting="true">
        <p>{t("hw.waiting")}</p>
        <p className="small">{t("hw.waiting-hint", { number: draft.number })}</p>
        <button type="button" className="button" onClick={outbox.stopWaiting}>
          {t("hw.stop-waiting")}
        </button>
      </section>
    );
  }
  const told = faults.length > 0 ? faults.map((code) => faultWord(words, code)) : [];
  if (failure === null && wrong === 0) return null;
  return (
    <div className="failure" role="alert" data-faults={faults.join(" ")}>
      {wrong > 0 && <p>{t("hw.fix", { count: wrong })}</p>}
      {failure !== null && told.length === 0 && <p>{actFailure(words, failure)}</p>}
      <ul>
        {told.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
    </div>
  );
}

/** Begins anew by two presses: a form of five minutes is not thrown away by one. */
function Kept({ outbox }: { readonly outbox: Outbox }): ReactElement {
  const { t } = useHotWords();
  const [armed, setArmed] = useState(false);
  const discard = (): void => {
    if (armed) outbox.discard();
    setArmed(!armed);
  };
  return (
    <div className="pair">
      <p className={outbox.isKept ? "muted small" : "failure small"}>
        {t(outbox.isKept ? "hw.kept" : "hw.not-kept")}
      </p>
      <button type="button" className="button quiet" onClick={discard}>
        {t(armed ? "hw.discard-sure" : "hw.discard")}
      </button>
    </div>
  );
}
