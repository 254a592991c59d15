/** The answers that may come next, as large as a thumb in a glove; and what became of the last one. */
import type { ReactElement } from "react";
import type { CrewOrder } from "#gateway/api/contract.ts";
import { repliesFor } from "./crew.ts";
import type { Answers, Sending } from "./use-answers.ts";
import { failureText, usePhoneWords } from "./words.ts";

type Props = {
  readonly order: CrewOrder["order"];
  readonly lost: boolean;
  readonly answers: Answers;
  readonly onRefuse: () => void;
  /** Null where nothing of this order sounds. */
  readonly onSilence: (() => void) | null;
};

export function AnswerBar({ order, lost, answers, onRefuse, onSilence }: Props): ReactElement {
  const { t } = usePhoneWords();
  const sending = answers.of.get(order.id);
  const busy = sending?.state === "sending";
  const { id, revision } = order;
  return (
    <div className="answers">
      {sending && <Sent sending={sending} lost={lost} answers={answers} />}
      {repliesFor(order).map((reply) => (
        <button
          key={reply}
          type="button"
          className={reply === "refused" ? "button answer" : "button answer primary"}
          data-reply={reply}
          disabled={busy}
          onClick={() => {
            if (reply === "refused") onRefuse();
            else void answers.send({ order: id, revision, reply });
          }}
        >
          {t(`reply.${reply}`)}
        </button>
      ))}
      {onSilence && (
        <button type="button" className="button quiet" onClick={onSilence}>
          {t("act.silence")}
        </button>
      )}
    </div>
  );
}

type SentProps = {
  readonly sending: Sending;
  readonly lost: boolean;
  readonly answers: Answers;
};

/** Nothing is queued: what was not sent waits for a person. */
function Sent({ sending, lost, answers }: SentProps): ReactElement {
  const words = usePhoneWords();
  const { t } = words;
  const reply = t(`reply.${sending.reply}`);
  if (sending.state === "sending") return <p className="sent">{t("answer.sending", { reply })}</p>;
  const unsent = sending.state === "unsent";
  const { order, revision, reply: code, reason } = sending;
  const again = { order, revision, reply: code, ...(reason === undefined ? {} : { reason }) };
  return (
    <section className="sent failed" role="alert">
      <p className="strong">{t("answer.unsent", { reply })}</p>
      <p>
        {failureText(words, sending.failure)}
        {fullStop[words.language]}
        {t(unsent ? "answer.unsent-hint" : "answer.refused-hint")}
      </p>
      {lost && unsent && <p>{t("answer.link-lost")}</p>}
      <div className="pair">
        {unsent && (
          <button type="button" className="button primary" onClick={() => void answers.send(again)}>
            {t("answer.again")}
          </button>
        )}
        <button type="button" className="button" onClick={() => answers.drop(order)}>
          {t(unsent ? "answer.drop" : "dialog.back")}
        </button>
      </div>
    </section>
  );
}

/** What stands between two sentences. */
const fullStop = { zh: "。", en: ". " } as const;
