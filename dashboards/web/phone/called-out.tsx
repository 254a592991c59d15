/** 召集: what this very person is called out for, and the three answers. */
import { type ReactElement, useState } from "react";
import type { CalledOutRow } from "#gateway/api/contract.ts";
import { postJson } from "../shared/api.ts";
import { formatClock } from "../shared/format.ts";
import { callOutKey } from "./crew.ts";
import type { Calls } from "./use-calls.ts";
import type { PhoneSound } from "./use-crew-sound.ts";
import { failureText, usePhoneWords } from "./words.ts";

const answers = ["comes", "cannot", "arrived"] as const;

type ListProps = { readonly calls: Calls; readonly sound: PhoneSound };

export function CalledOutList({ calls, sound }: ListProps): ReactElement | null {
  const { view, again } = calls;
  if (view === null) return null;
  return (
    <>
      {view.callOuts.map((row) => (
        <CalledOutCard
          key={row.callOut}
          row={row}
          utcOffsetMin={view.utcOffsetMin}
          onAnswered={again}
          sound={sound}
        />
      ))}
    </>
  );
}

type Props = {
  readonly row: CalledOutRow;
  readonly utcOffsetMin: number;
  readonly onAnswered: () => void;
  readonly sound: PhoneSound;
};

function CalledOutCard({ row, utcOffsetMin, onAnswered, sound }: Props): ReactElement {
  const words = usePhoneWords();
  const { t, rule, text } = words;
  const [sending, setSending] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const { callOut, person } = row;
  const key = callOutKey(row);
  const send = async (answer: (typeof answers)[number]): Promise<void> => {
    setSending(true);
    setFailure(null);
    try {
      await postJson(`/api/v1/call-outs/${callOut}/answer`, { person, answer });
      onAnswered();
    } catch (error) {
      setFailure(error);
    } finally {
      setSending(false);
    }
  };
  return (
    <article className={row.answer === null ? "order waits" : "order"} data-call-out={callOut}>
      <div className="tags">
        <span className="number">{t("order.number", { number: row.number })}</span>
      </div>
      <h2 className="kind">
        <span>{rule("call-out.title")}</span>
        <span className="state">{formatClock(row.at, utcOffsetMin)}</span>
      </h2>
      <p className="place">{text(row.place)}</p>
      {/* It begins with the place, which stands above it already. */}
      <p className="what">{text(row.what).replace(text(row.place), "").trim()}</p>
      {row.answer !== null && (
        <p className="strong">
          {rule("call-out.answered", { answer: rule(`call-answer.${row.answer}`) })}
        </p>
      )}
      {failure !== null && <p className="failure">{failureText(words, failure)}</p>}
      {answers
        .filter((answer) => answer !== row.answer && row.answer !== "arrived")
        .map((answer) => (
          <button
            key={answer}
            type="button"
            className={answer === "cannot" ? "button answer" : "button answer primary"}
            data-answer={answer}
            disabled={sending}
            onClick={() => void send(answer)}
          >
            {rule(`call-answer.${answer}`)}
          </button>
        ))}
      {sound.now?.keys.includes(key) && (
        <button type="button" className="button" onClick={() => sound.silence([key])}>
          {t("act.silence")}
        </button>
      )}
    </article>
  );
}
