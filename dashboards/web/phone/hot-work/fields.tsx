/** Fields of these forms: a label, what is entered, what is allowed, and what is wrong with it. */
import { type ReactElement, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { pressed } from "./photo.ts";
import { actFailure, faultWord, useHotWords } from "./words.ts";

type FieldProps = {
  readonly label: string;
  readonly name?: string;
  readonly fault?: string | undefined;
  readonly hint?: string | undefined;
  readonly children: ReactNode;
};

/** `name` is what a fault is looked for by. A label of its own, for a group as for one input. */
export function Field({ label, name, fault, hint, children }: FieldProps): ReactElement {
  const words = useHotWords();
  const id = useId();
  return (
    <fieldset className="field" data-field={name} data-fault={fault} aria-describedby={id}>
      <legend>{label}</legend>
      {children}
      <p
        id={id}
        className={fault ? "failure small" : "muted small"}
        role={fault ? "alert" : undefined}
      >
        {fault ? faultWord(words, fault) : hint}
      </p>
    </fieldset>
  );
}

type Choice = { readonly value: string; readonly label: string };

/** A few that are all seen at once. */
export function Chips({
  label,
  choices,
  value,
  onChange,
}: {
  readonly label: string;
  readonly choices: readonly Choice[];
  readonly value: readonly string[];
  readonly onChange: (value: string) => void;
}): ReactElement {
  return (
    <fieldset className="chips" aria-label={label}>
      {choices.map((choice) => (
        <button
          key={choice.value}
          type="button"
          className="chip"
          data-value={choice.value}
          aria-pressed={value.includes(choice.value)}
          onClick={() => onChange(choice.value)}
        >
          {choice.label}
        </button>
      ))}
    </fieldset>
  );
}

type StepperProps = {
  readonly label: string;
  readonly value: number;
  readonly most: number;
  readonly onChange: (value: number) => void;
};

export function Stepper({ label, value, most, onChange }: StepperProps): ReactElement {
  return (
    <fieldset className="stepper" aria-label={label}>
      <button
        type="button"
        className="button"
        aria-label="−"
        onClick={() => onChange(Math.max(0, value - 1))}
      >
        −
      </button>
      <output className="lead">{value}</output>
      <button
        type="button"
        className="button"
        aria-label="+"
        onClick={() => onChange(Math.min(most, value + 1))}
      >
        +
      </button>
    </fieldset>
  );
}

type PhotoProps = {
  /** One of before: a data URL, or its address at the gateway. */
  readonly shown?: string | null;
  readonly onPhoto: (photo: Blob) => Promise<void> | void;
};

/** By the camera, or from the phone; made small before anything else is done with it. */
export function PhotoInput({ shown: before = null, onPhoto }: PhotoProps): ReactElement {
  const words = useHotWords();
  const { t } = words;
  const input = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const [taken, setTaken] = useState<string | null>(null);
  const shown = taken ?? before;
  useEffect(() => () => URL.revokeObjectURL(taken ?? ""), [taken]);
  const take = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    setBusy(true);
    setFailure(null);
    try {
      const photo = await pressed(file);
      await onPhoto(photo);
      setTaken(URL.createObjectURL(photo));
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
      // The same file may be chosen again.
      if (input.current) input.current.value = "";
    }
  };
  return (
    <div className="photo">
      {shown !== null && <img src={shown} alt={t("hw.photo.alt")} />}
      <label className="button photo-button">
        {t(busy ? "hw.photo.busy" : shown === null ? "hw.photo.take" : "hw.photo.again")}
        <input
          ref={input}
          className="visually-hidden"
          type="file"
          accept="image/*"
          capture="environment"
          onChange={(event) => void take(event.target.files?.[0])}
        />
      </label>
      {failure !== null && (
        <p className="failure" role="alert">
          {actFailure(words, failure)}
        </p>
      )}
    </div>
  );
}
