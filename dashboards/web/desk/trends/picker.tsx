/** Finds points by the words of site, device and point; a press adds the curve. */
import { type ReactElement, useState } from "react";
import type { TrendPoints } from "#gateway/api/contract.ts";
import { useWords } from "../../shared/i18n.ts";
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
  const found = useFound(q, isOpen);
  const isFull = chosen.length >= mostPoints;
  return (
    <search
      className="trends-picker"
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) open(false);
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !isOpen) return;
        // The page stays: only the list is left.
        event.preventDefault();
        event.stopPropagation();
        open(false);
      }}
    >
      <input
        type="search"
        className="input"
        value={q}
        placeholder={t("trends.search")}
        aria-label={t("trends.search")}
        onFocus={() => open(true)}
        onChange={(event) => {
          ask(event.target.value);
          open(true);
        }}
      />
      {isOpen && (
        <div className="trends-found">
          {isFull && <p className="muted">{t("trends.full", { count: mostPoints })}</p>}
          {!found.data && <p className="muted">{t("trends.searching")}</p>}
          {found.data?.points.length === 0 && <p className="muted">{t("trends.none-found")}</p>}
          <ul>
            {(found.data?.points ?? []).map((point) => (
              <Found
                key={point.id}
                point={point}
                isChosen={chosen.includes(point.id)}
                isFull={isFull}
                onAdd={onAdd}
                onRemove={onRemove}
              />
            ))}
          </ul>
          {found.data?.more && <p className="muted">{t("trends.more-found")}</p>}
        </div>
      )}
    </search>
  );
}

type FoundProps = Omit<Props, "chosen"> & {
  readonly point: TrendPoints["points"][number];
  readonly isChosen: boolean;
  readonly isFull: boolean;
};

function Found({ point, isChosen, isFull, onAdd, onRemove }: FoundProps): ReactElement {
  const { text } = useWords<TrendsWord>();
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
          <strong>{text(name)}</strong> {unit && <span className="muted">{unit}</span>}
        </span>
        <span className="muted">
          {text(siteName)} · {text(deviceName)} {device}
        </span>
      </button>
    </li>
  );
}
