/** Every point in words: value, why it is not known, how old it is. A number pressed shows its curve. */
import { memo, type ReactElement } from "react";
import { formatLasting } from "../../shared/format.ts";
import { grouped } from "./pump-room.ts";
import { type Known, type Speech, shown } from "./reading.ts";
import type { DeviceWord } from "./words/zh.ts";

type Props = {
  readonly points: readonly Known[];
  readonly speech: Speech;
  /** Gateway time, ms. */
  readonly now: number;
  readonly drawn: readonly string[];
  readonly onDraw: (id: string) => void;
  /** Its source tells changes and is not asked in turn: what is old is not therefore stale. */
  readonly isSubscribed: boolean;
};

export function Values({ points, speech, now, drawn, onDraw, isSubscribed }: Props): ReactElement {
  const { t } = speech;
  return (
    <section className="values" aria-label={t("device.values")}>
      <h2>
        {t("device.values")} <span className="muted">{t("device.trend-add")}</span>
      </h2>
      {grouped(points).map(([group, of]: readonly [DeviceWord, readonly Known[]]) => (
        <section key={group} className="value-group">
          <h3>{t(group)}</h3>
          <ul>
            {of.map((point) => (
              <ValueRow
                key={point.id}
                {...{ point, speech, onDraw }}
                word={isSubscribed ? "device.changed" : "device.age"}
                ageS={point.at === null ? null : Math.max(0, Math.round((now - point.at) / 1000))}
                isDrawn={drawn.includes(point.id)}
              />
            ))}
          </ul>
        </section>
      ))}
    </section>
  );
}

type RowProps = {
  readonly point: Known;
  readonly speech: Speech;
  readonly ageS: number | null;
  readonly isDrawn: boolean;
  readonly word: "device.age" | "device.changed";
  readonly onDraw: (id: string) => void;
};

const ValueRow = memo(OneRow);

function OneRow({ point, speech, ageS, isDrawn, onDraw, word }: RowProps): ReactElement {
  const { text, note, tone } = shown(point, speech);
  const age = ageS === null ? "" : speech.t(word, { for: formatLasting(ageS * 1000) });
  const body = (
    <>
      <span className="value-name">{speech.text(point.name)}</span>
      <strong className="value-text">{text}</strong>
      <span className="value-note">{note ?? age}</span>
    </>
  );
  return (
    <li data-point={point.id} data-tone={tone} data-quality={point.quality} title={age}>
      {point.type === "number" ? (
        <button type="button" aria-pressed={isDrawn} onClick={() => onDraw(point.id)}>
          {body}
        </button>
      ) : (
        <div>{body}</div>
      )}
    </li>
  );
}
