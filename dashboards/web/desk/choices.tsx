/** One of a few, by click or by its number: what a dialog asks most often. */
import { type KeyboardEvent, type ReactElement, useEffect, useRef } from "react";

export type Choice = {
  readonly value: string;
  readonly label: string;
  readonly note?: string;
  readonly disabled?: boolean;
};

type Props = {
  readonly label: string;
  readonly choices: readonly Choice[];
  readonly value: string | null;
  readonly onChoose: (value: string) => void;
  /** Takes the keys as soon as the dialog is open. */
  readonly first?: boolean;
  readonly columns?: number;
};

/** As many as are asked for, and fewer where a word would be broken: on a phone. */
function columnsOf(most: number): string {
  return `repeat(auto-fit, minmax(max(7em, ${100 / (most + 1)}%), 1fr))`;
}

export function Choices(props: Props): ReactElement {
  const { label, choices, value, onChoose, first = false, columns = 1 } = props;
  const group = useRef<HTMLFieldSetElement>(null);
  useEffect(() => {
    if (!first) return;
    // After the dialog's own focus, which goes to its frame.
    const timer = setTimeout(() => group.current?.querySelector("input")?.focus(), 50);
    return () => clearTimeout(timer);
  }, [first]);
  const onKey = (event: KeyboardEvent): void => {
    const chosen = /^[1-9]$/.test(event.key) ? choices[Number(event.key) - 1] : undefined;
    if (!chosen || chosen.disabled) return;
    event.preventDefault();
    onChoose(chosen.value);
  };
  return (
    <fieldset
      className="choices"
      ref={group}
      onKeyDown={onKey}
      style={{ gridTemplateColumns: columnsOf(columns) }}
    >
      <legend>{label}</legend>
      {choices.map((choice, index) => (
        <label key={choice.value} className="choice" data-chosen={choice.value === value}>
          <input
            type="radio"
            name={label}
            value={choice.value}
            checked={choice.value === value}
            disabled={choice.disabled ?? false}
            onChange={() => onChoose(choice.value)}
          />
          <span className="choice-text">
            {choice.label}
            {choice.note && <span className="muted"> {choice.note}</span>}
          </span>
          {index < 9 && (
            <span className="key" aria-hidden="true">
              {index + 1}
            </span>
          )}
        </label>
      ))}
    </fieldset>
  );
}
