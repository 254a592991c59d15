/**
 * Above the acts of the card: 119 commands, a P0 waits for its second person, a false alarm waits for
 * what must be so before it closes.
 */
import type { ReactElement } from "react";
import type { IncidentCard } from "#gateway/api/contract.ts";
import { formatClock, formatLasting } from "../../shared/format.ts";
import { useWords } from "../../shared/i18n.ts";
import { useLiveValue } from "../../shared/live.ts";
import { ActButton } from "../parts.tsx";
import { useNow } from "../use-now.ts";
import { command119Of } from "./command-119.ts";
import type { IncidentWord } from "./words/zh.ts";

type Props = { readonly card: IncidentCard };

export function Handling({ card }: Props): ReactElement {
  return (
    <>
      <Command119 card={card} />
      <Proposal card={card} />
      <Waits card={card} />
    </>
  );
}

function Command119({ card }: Props): ReactElement | null {
  const { t } = useWords<IncidentWord>();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  const { command119, closedAt } = card;
  if (closedAt !== null || command119 === null) return null;
  const at = formatClock(command119.at, utcOffsetMin);
  const name = command119.byName ?? command119.by;
  return (
    <div className="command-119" role="status">
      <strong>{t("command119.title")}</strong>
      <span>{t("command119.since", { at, name })}</span>
      <ActButton does="command-119" command={command119Of(card)}>
        {t("command119.end")}
      </ActButton>
    </div>
  );
}

function Proposal({ card }: Props): ReactElement | null {
  const { t, rule } = useWords<IncidentWord>();
  const now = useNow();
  const { proposal } = card;
  if (!proposal) return null;
  const answer = (agrees: boolean) =>
    ({ command: "answer-false", incident: card.id, agrees }) as const;
  const { leader } = proposal;
  return (
    <div className="proposal" role="status">
      <strong>
        {t("false.asked", {
          name: proposal.byName ?? proposal.by,
          cause: rule(`cause.${proposal.cause}`),
          found: rule(`found.${proposal.look.found}`),
          for: formatLasting(Math.max(0, proposal.answerBy - now)),
        })}
      </strong>
      <span className="muted">
        {leader.person === null
          ? t("false.no-leader")
          : t("false.leader", { name: leader.name ?? leader.person })}
      </span>
      <ActButton command={answer(true)}>{t("false.agree")}</ActButton>
      <ActButton look="danger" command={answer(false)}>
        {t("false.disagree")}
      </ActButton>
    </div>
  );
}

function Waits({ card }: Props): ReactElement | null {
  const { t, text } = useWords<IncidentWord>();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  const { waits, linkageMode: linkage, site } = card;
  if (waits.length === 0) return null;
  const mode = (auto: boolean): string => t(auto ? "linkage.auto" : "linkage.manual");
  const asksLinkage = waits.some(({ code }) => code === "linkage");
  return (
    <div className="waits" role="status">
      <strong>{t("waits.title")}</strong>
      <ul>
        {waits.map((wait) => (
          <li key={`${wait.code} ${wait.of}`}>{text(wait.text)}</li>
        ))}
      </ul>
      {asksLinkage && (
        <p>
          {linkage
            ? t("linkage.recorded", {
                mode: mode(linkage.auto),
                at: formatClock(linkage.at, utcOffsetMin),
                name: linkage.byName ?? linkage.by,
              })
            : t("linkage.none")}{" "}
          {[true, false].map((auto) => (
            <ActButton
              key={String(auto)}
              command={{ command: "record-linkage", site, auto }}
              disabled={linkage?.auto === auto}
            >
              {t("linkage.record", { mode: mode(auto) })}
            </ActButton>
          ))}
        </p>
      )}
    </div>
  );
}
