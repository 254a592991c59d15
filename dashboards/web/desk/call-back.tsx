/** Whom to phone, in numbers that are read across the desk, and what they said: one key each. */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { Contacts, IncidentCard } from "#gateway/api/contract.ts";
import { getJson } from "../shared/api.ts";
import { formatClock } from "../shared/format.ts";
import { useWords } from "../shared/i18n.ts";
import { useLiveValue } from "../shared/live.ts";
import type { DeskAction } from "./keys.ts";
import { ActButton } from "./parts.tsx";
import { useIsReplay } from "./record/replaying.ts";
import type { RecordWord } from "./record/words/zh.ts";
import { callsMade } from "./rows.ts";
import type { DeskWord } from "./words/zh.ts";

/** In the order of the keys 1 to 4. */
export const callResults: readonly {
  readonly result: IncidentCard["calls"][number]["result"];
  readonly does: DeskAction;
}[] = [
  { result: "no-answer", does: "call-nobody" },
  { result: "fire", does: "call-fire" },
  { result: "no-fire", does: "call-no-fire" },
  { result: "unclear", does: "call-unclear" },
];

/** Whether there is fire is asked of a fire. */
const isAskedFor =
  ({ kind }: IncidentCard) =>
  ({ result }: (typeof callResults)[number]): boolean =>
    kind === "fire" || result === "no-answer" || result === "unclear";

export function CallBack({ card }: { readonly card: IncidentCard }): ReactElement {
  const { t, rule } = useWords<DeskWord | RecordWord>();
  const isReplay = useIsReplay();
  return (
    <section className="call-back">
      <h2>{t("call.title")}</h2>
      {isReplay ? (
        <p className="contacts muted">{t("replay.no-phones")}</p>
      ) : (
        <ContactList incident={card.id} calls={callsMade(card.alarms)} />
      )}
      <header className="part-head">
        <h3>{t("call.result")}</h3>
        <Calls card={card} />
      </header>
      <div className="call-results">
        {callResults.filter(isAskedFor(card)).map(({ result, does }) => (
          <ActButton
            key={result}
            does={does}
            command={{ command: "call-back", incident: card.id, result }}
          >
            {rule(`call-back.${result}`)}
          </ActButton>
        ))}
      </div>
    </section>
  );
}

type ListProps = { readonly incident: string; readonly calls: number };

/** `calls`: how many were called since (E01): each of them stands in the list. */
function ContactList({ incident, calls }: ListProps): ReactElement {
  const { t, text } = useWords<DeskWord>();
  const inventoryRevision = useLiveValue((live) => live.inventoryRevision);
  const contacts = useQuery({
    queryKey: ["contacts", incident, inventoryRevision, calls],
    queryFn: ({ signal }) =>
      getJson<Contacts>(`/api/v1/incidents/${encodeURIComponent(incident)}/contacts`, signal),
    placeholderData: (before, query) => (query?.queryKey[1] === incident ? before : undefined),
    retry: 3,
    retryDelay: 1000,
    staleTime: 60_000,
  });
  // As high with no answer yet as with one: the buttons below must not move under a hand.
  if (contacts.isPending) return <p className="contacts muted">{t("call.loading")}</p>;
  if (contacts.isError) return <p className="contacts problem">{t("call.failed")}</p>;
  const list = contacts.data.contacts;
  if (list.length === 0) return <p className="contacts muted">{t("call.none")}</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it may scroll, and keys must reach its end.
    <ul className="contacts" tabIndex={0} aria-label={t("call.title")}>
      {list.map((contact) => (
        <li key={`${contact.kind} ${contact.person}`}>
          {contact.phone === null ? (
            <span className="phone muted">{t("call.no-phone")}</span>
          ) : (
            <a className="phone" href={`tel:${contact.phone.replace(/[^0-9+]/g, "")}`}>
              {contact.phone}
            </a>
          )}
          <span className="contact-who">
            <strong>{contact.name}</strong>{" "}
            <span className="muted">
              {t(`call.${contact.kind}`)} · {text(contact.of)}
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}

/** The last of them; how many there were before it. */
function Calls({ card }: { readonly card: IncidentCard }): ReactElement | null {
  const { t, rule } = useWords<DeskWord>();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  const call = card.calls.at(-1);
  if (!call) return null;
  return (
    <span>
      {t("call.line", {
        at: formatClock(call.at, utcOffsetMin),
        result: rule(`call-back.${call.result}`),
        name: call.byName ?? call.by,
      })}
      {card.calls.length > 1 && (
        <span className="muted"> · {t("call.more", { count: card.calls.length - 1 })}</span>
      )}
    </span>
  );
}
