/** One order: where, what, how to get in, how far and how certain that is, and what comes next. */
import { type ReactElement, useState } from "react";
import type { CrewOrder } from "#gateway/api/contract.ts";
import { formatDistance, formatLasting, formatPosition, formatWhen } from "../shared/format.ts";
import { markOf, PriorityTag } from "../shared/priority.tsx";
import { AnswerBar } from "./answer-bar.tsx";
import { happening, soundKey, waits, wayAndDoubts } from "./crew.ts";
import { ReasonSheet } from "./reason-sheet.tsx";
import { Reinforce } from "./reinforce.tsx";
import type { Answers } from "./use-answers.ts";
import type { PhoneSound } from "./use-crew-sound.ts";
import { usePhoneWords } from "./words.ts";

type Props = {
  readonly one: CrewOrder;
  readonly utcOffsetMin: number;
  readonly demonstration: boolean;
  readonly now: number;
  readonly lost: boolean;
  readonly answers: Answers;
  readonly sound: PhoneSound;
};

export function OrderCard(props: Props): ReactElement {
  const { one, utcOffsetMin, demonstration, now, lost, answers, sound } = props;
  const { t, rule, text, language } = usePhoneWords();
  const [choosing, setChoosing] = useState(false);
  const { order } = one;
  const key = soundKey(order);
  const sounds = sound.now?.keys.includes(key) ?? false;
  const recalled = order.state === "recalled";
  const hint = hintOf(one, sound.silenced.has(key));
  const kind = recalled ? "recall" : order.kind;
  return (
    <article
      className={waits(order) ? "order waits" : "order"}
      data-order={order.id}
      data-state={order.state}
      data-priority={recalled ? undefined : markOf(order.priority, one.class)}
      aria-label={`${rule(`order-kind.${kind}`)} ${text(one.place)}`}
    >
      <div className="tags">
        <PriorityTag priority={order.priority} class={one.class} />
        {demonstration && <span className="demo-mark">{t("mark.demo")}</span>}
        <span className="number">{t("order.number", { number: one.incident.number })}</span>
      </div>
      <h2 className="kind">
        <span>{rule(`order-kind.${kind}`)}</span>
        {!recalled && <span className="state">{rule(`order-state.${order.state}`)}</span>}
      </h2>
      {hint && <p className="hint">{t(hint)}</p>}
      <p className="place">{text(one.place)}</p>
      <p className="what">{happening(language, one)}</p>
      {order.revision > 1 && (
        <p className="hint">{t("order.revised", { revision: order.revision })}</p>
      )}
      <Facts one={one} now={now} utcOffsetMin={utcOffsetMin} />
      <AnswerBar
        order={order}
        lost={lost}
        answers={answers}
        onRefuse={() => setChoosing(true)}
        onSilence={sounds ? () => sound.silence([key]) : null}
      />
      <Reinforce order={order} />
      {choosing && (
        <ReasonSheet
          onBack={() => setChoosing(false)}
          onChoose={(reason) => {
            setChoosing(false);
            const { id, revision } = order;
            void answers.send({ order: id, revision, reply: "refused", reason });
          }}
        />
      )}
    </article>
  );
}

type Hint = "order.recall-hint" | "order.notify-hint" | "order.silenced" | null;

function hintOf({ order }: CrewOrder, silenced: boolean): Hint {
  if (order.state === "recalled") return "order.recall-hint";
  if (order.kind === "notify") return "order.notify-hint";
  return order.state === "issued" && silenced ? "order.silenced" : null;
}

type FactsProps = Pick<Props, "one" | "now" | "utcOffsetMin">;

/** A travel time never stands without the word for its kind, nor a place without its doubts. */
function Facts({ one, now, utcOffsetMin }: FactsProps): ReactElement {
  const { t, rule, text } = usePhoneWords();
  const { order } = one;
  const { way, doubts } = wayAndDoubts(text(order.why));
  const access = text(one.access);
  return (
    <ul className="facts">
      <li>{access === "" ? t("order.access-unknown") : access}</li>
      <li>
        {way}
        {order.distanceM !== null &&
          ` · ${t("travel.straight", { distance: formatDistance(order.distanceM) })}`}
      </li>
      {(doubts.length > 0 || one.marks.length > 0) && (
        <li className="doubts">
          {doubts.map((doubt) => (
            <span key={doubt} className="doubt">
              {doubt}
            </span>
          ))}
          {one.marks.map((mark) => (
            <span key={mark} className="doubt">
              {rule(`mark.${mark}`)}
            </span>
          ))}
        </li>
      )}
      <li className="muted">
        {t("order.issued-at", { time: formatWhen(order.issuedAt, now, utcOffsetMin) })}
        {" · "}
        {t("time.lasting", { time: formatLasting(now - order.issuedAt) })}
      </li>
      <li className="muted">
        {one.position
          ? t("order.position", { position: formatPosition(one.position) })
          : t("order.position-unknown")}
      </li>
    </ul>
  );
}
