/** Finds points by the words of site, device and point; a press, or Enter for the first, adds the curve. */
import { type KeyboardEvent, type ReactElement, useEffect, useRef, useState } from "react";
import type { TrendPoints } from "#gateway/api/contract.ts";
import { useWords } from "../../shared/i18n.ts";
import { unitText } from "../device/reading.ts";
import type { DeviceWord } from "../device/words/zh.ts";
import { mostPoints } from "./address.ts";
import { useFound } from "./use-trends.ts";
import type { TrendsWord } from "./words/zh.ts";

type Props = {
  readonly chosen: readonly string[];
  readonly onAdd: (id: string) => void;
  readonly onRemove: (id: string) => void;
};

export function Picker({ chosen, onAdd, onRemove }: Props): ReactElement {
  const { t } = useWords<TrendsWord>();
  const [q, ask] = useState("");
  const [isOpen, open] = useState(chosen.length === 0);
  // Enter may be pressed before what it is about was found. Each has its number: a flag that is set again
  // before it was seen to be cleared would be no change, and that Enter lost.
  const [wanted, want] = useState(0);
  const done = useRef(0);
  const box = useRef<HTMLElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const { data, isCurrent } = useFound(q, isOpen);
  const isFull = chosen.length >= mostPoints;
  // Points of this list leave it open; an address that came otherwise does not.
  const own = useRef<string | null>(null);
  const points = chosen.join();
  useEffect(() => {
    if (points === own.current) return;
    own.current = points;
    open(points === "");
    if (points === "") input.current?.focus();
  }, [points]);
  const add = (id: string): void => {
    own.current = [...chosen, id].join();
    onAdd(id);
  };
  const remove = (id: string): void => {
    own.current = chosen.filter((one) => one !== id).join();
    onRemove(id);
  };
  const first = data?.points.find(({ id }) => !chosen.includes(id));
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each Enter, when its words are found
  useEffect(() => {
    if (wanted === done.current || !isCurrent) return;
    done.current = wanted;
    if (first && !isFull) add(first.id);
    input.current?.select();
  }, [wanted, isCurrent]);
  useEffect(() => {
    if (!isOpen) return;
    const onPress = ({ target }: PointerEvent): void => {
      if (!box.current?.contains(target as Node)) open(false);
    };
    addEventListener("pointerdown", onPress);
    return () => removeEventListener("pointerdown", onPress);
  }, [isOpen]);
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (!isOpen || event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) stepTo(event.currentTarget, step);
    else if (event.key === "Enter" && event.target === input.current) {
      if (q.trim() !== "") want((n) => n + 1);
    }
    // The page stays: only the list is left.
    else if (event.key === "Escape") open(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <search
      className="trends-picker"
      ref={box}
      onBlur={(event) => {
        if (event.relatedTarget && !event.currentTarget.contains(event.relatedTarget)) open(false);
      }}
      onKeyDown={onKeyDown}
    >
      <input
        type="search"
        className="input"
        ref={input}
        value={q}
        placeholder={t("trends.search")}
        aria-label={t("trends.search")}
        onFocus={() => open(true)}
        onChange={(event) => {
          ask(event.target.value);
          done.current = wanted;
          open(true);
        }}
      />
      {isOpen && (
        <div className="trends-found">
          {isFull && <p className="muted">{t("trends.full", { count: mostPoints })}</p>}
          {!data && <p className="muted">{t("trends.searching")}</p>}
          {data?.points.length === 0 && <p className="muted">{t("trends.none-found")}</p>}
          <ul>
            {(data?.points ?? []).map((point) => (
              <Found
                key={point.id}
                point={point}
                isChosen={chosen.includes(point.id)}
                isFull={isFull}
                onAdd={add}
                onRemove={remove}
              />
            ))}
          </ul>
          {data?.more && <p className="muted">{t("trends.more-found")}</p>}
        </div>
      )}
    </search>
  );
}

/** From the field into what was found, and back. */
function stepTo(list: HTMLElement, step: number): void {
  const stops = [...list.querySelectorAll<HTMLElement>("input, .trends-choice:enabled")];
  const now = stops.indexOf(document.activeElement as HTMLElement);
  stops[now + step]?.focus();
}

type FoundProps = Omit<Props, "chosen"> & {
  readonly point: TrendPoints["points"][number];
  readonly isChosen: boolean;
  readonly isFull: boolean;
};

function Found({ point, isChosen, isFull, onAdd, onRemove }: FoundProps): ReactElement {
  const { t, text } = useWords<TrendsWord | DeviceWord>();
  const { id, siteName, deviceName, device, name, unit } = point;
  return (
    <li>
      <button
        type="button"
        className="trends-choice"
        aria-pressed={isChosen}
        disabled={isFull && !isChosen}
        onClick={() => (isChosen ? onRemove(id) : onAdd(id))}
      >
        <span aria-hidden="true">{isChosen ? "✓" : "+"}</span>
        <span>
          <strong>{text(name)}</strong>{" "}
          {unit && <span className="muted">{unitText(unit, { t })}</span>}
        </span>
        <span className="muted">
          {text(siteName)} · {text(deviceName)} {device}
        </span>
      </button>
    </li>
  );
}
