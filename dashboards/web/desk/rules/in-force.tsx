/** Rules in force, by kind of device: each with its sentence, its numbers, and what it rests on. */
import { type ReactElement, useDeferredValue, useState } from "react";
import type { RuleRow } from "#gateway/api/contract.ts";
import type { Text } from "#rules/inventory.ts";
import { spanText } from "#rules/text/condition.ts";
import { formatWhen } from "../../shared/format.ts";
import { useWords } from "../../shared/i18n.ts";
import { useLiveValue } from "../../shared/live.ts";
import { PriorityTag, wordOf } from "../../shared/priority.tsx";
import { useDesk } from "../acts.ts";
import { toRefusal } from "../refusal.ts";
import { useNow } from "../use-now.ts";
import type { Draft } from "./draft.ts";
import { readPack, useMayChange, useRulePages } from "./use-rules.ts";
import type { RulesWord } from "./words/zh.ts";

type Begin = { readonly onBegin: (draft: Partial<Draft>) => void };

export function InForce({ onBegin }: Begin): ReactElement {
  const { t, text } = useWords<RulesWord>();
  const [q, setQ] = useState("");
  const [kind, setKind] = useState("");
  const pages = useRulePages(useDeferredValue(q.trim()), kind);
  const first = pages.data?.pages[0];
  const rules = pages.data?.pages.flatMap((page) => page.rules) ?? [];
  const groups = [...Map.groupBy(rules, ({ pack }) => pack)];
  const kinds = new Map((first?.kinds ?? []).map((one) => [one.kind, one.name] as const));
  return (
    <>
      <div className="rules-search">
        <label>
          {t("rules.search")}
          <input
            type="search"
            maxLength={200}
            placeholder={t("rules.search-hint")}
            value={q}
            onChange={(event) => setQ(event.target.value)}
          />
        </label>
        <label>
          {t("rules.kind")}
          <select value={kind} onChange={(event) => setKind(event.target.value)}>
            <option value="">{t("rules.every-kind")}</option>
            {[...kinds].map(([id, name]) => (
              <option key={id} value={id}>
                {text(name)}
              </option>
            ))}
          </select>
        </label>
        {first && <span className="muted">{t("rules.count", { count: first.total })}</span>}
      </div>
      {!first && <p className="empty">{t(pages.isError ? "rules.failed" : "rules.loading")}</p>}
      {groups.map(([pack, of]) => (
        <section key={pack} className="rules-pack">
          <h2>
            {text(kinds.get(of[0]?.kind ?? "") ?? { zh: pack, en: pack })}{" "}
            <span className="muted">{pack}</span>
          </h2>
          {of.map((rule) => (
            <OneRule key={rule.id} rule={rule} onBegin={onBegin} />
          ))}
        </section>
      ))}
      {pages.hasNextPage && (
        <button type="button" className="button" onClick={() => void pages.fetchNextPage()}>
          {t("rules.more")}
        </button>
      )}
    </>
  );
}

function OneRule({ rule, onBegin }: Begin & { readonly rule: RuleRow }): ReactElement {
  const { t, text } = useWords<RulesWord>();
  const [isOpen, open] = useState(false);
  const { id, pack, name, example, sites } = rule;
  const sentence = sentenceOf(rule, t, text);
  return (
    <article className="rule" data-rule={`${pack}/${id}`}>
      <button type="button" aria-expanded={isOpen} onClick={() => open((now) => !now)}>
        <span className="rule-id">{id}</span>
        <strong>{text(name)}</strong>
        <PriorityTag priority={rule.priority} class={rule.class} />
        <span className="rule-sentence">
          {sentence}
          {sites.length > 0 && (
            <strong>
              {" "}
              {t("rules.own", { names: sites.map((one) => text(one.name)).join(", ") })}
            </strong>
          )}
          {example && <span className="muted"> {t("rules.example", { name: text(example) })}</span>}
        </span>
      </button>
      {isOpen && <Details rule={rule} sentence={sentence} onBegin={onBegin} />}
    </article>
  );
}

function sentenceOf(
  { when, setAfterMs, reported, seenWithinMs }: RuleRow,
  t: Say,
  text: (of: Text) => string,
): string {
  if (reported) return text(when);
  if (seenWithinMs !== null) {
    return t("rules.seen-within", { when: text(when), time: spanText(seenWithinMs) });
  }
  const held = setAfterMs === 0 ? "rules.at-once" : "rules.held";
  return t(held, { when: text(when), time: spanText(setAfterMs) });
}

type DetailsProps = Begin & { readonly rule: RuleRow; readonly sentence: string };

function Details({ rule, sentence, onBegin }: DetailsProps): ReactElement {
  const { t, text } = useWords<RulesWord>();
  const mayChange = useMayChange();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  const now = useNow();
  const { pack, id, since, sites } = rule;
  const until = rule.until ? text(rule.until) : t("rules.no-longer");
  const at = (ms: number): string => formatWhen(ms, now, utcOffsetMin);
  const by = (one: { readonly by: string; readonly byName: string | null }): string =>
    one.byName ?? (one.by === "P-system" ? t("rules.system") : one.by);
  const named = Object.entries(rule.numbers).map(
    ([name, value]) => `${name} ${name.endsWith("Ms") ? spanText(value) : value}`,
  );
  const rows: readonly (readonly [RulesWord, string])[] = [
    ["rules.raises", [sentence, ...setTimes(rule, t)].join(" · ")],
    ...(rule.reported || rule.seenWithinMs !== null
      ? []
      : ([
          ["rules.clears", t("rules.cleared", { until, time: spanText(rule.clearAfterMs) })],
        ] as const)),
    ["rules.each", rule.each.map(text).join(" · ")],
    ["rules.priority", usePriorities(rule)],
    ["rules.numbers", named.join(" · ")],
    ["rules.act", text(rule.act)],
    ["rules.basis", rule.basis],
    ["rules.guard", rule.guard ? text(rule.guard) : ""],
    ["rules.since", since ? t("rules.since-at", { at: at(since.at), name: by(since) }) : ""],
    ["rules.sites", sites.map((one) => `${text(one.name)}: ${text(one.numbers)}`).join(" · ")],
  ];
  return (
    <>
      <dl className="rule-details">
        {rows
          .filter(([, value]) => value !== "")
          .map(([word, value]) => (
            <div key={word}>
              <dt>{t(word)}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      {mayChange && (
        <p className="rule-acts">
          {!rule.reported && (
            <button
              type="button"
              className="button"
              onClick={() => onBegin({ rule: `${pack}/${id}` })}
            >
              {t("rules.try")}
            </button>
          )}
          <EditPack pack={pack} rule={`${pack}/${id}`} onBegin={onBegin} word="rules.edit" />
          {sites.map(({ site, name }) => (
            <EditPack
              key={site}
              pack={`site:${site}`}
              rule={`${pack}/${id}`}
              onBegin={onBegin}
              word="rules.edit-site"
              note={text(name)}
            />
          ))}
        </p>
      )}
    </>
  );
}

type Say = (word: RulesWord, parameters?: Readonly<Record<string, string | number>>) => string;

function setTimes({ setAfterInIncidentMs, worseAfterMs }: RuleRow, t: Say): string[] {
  return [
    ...(setAfterInIncidentMs === null
      ? []
      : [t("rules.in-incident", { time: spanText(setAfterInIncidentMs) })]),
    ...(worseAfterMs === null ? [] : [t("rules.worse", { time: spanText(worseAfterMs) })]),
  ];
}

function usePriorities({
  priority,
  whileFire,
  whileIncident,
  atNight,
  class: of,
}: RuleRow): string {
  const { t, language } = useWords<RulesWord>();
  const word = (is: RuleRow["priority"]): string => wordOf(language, is, of);
  return [
    word(priority),
    ...(whileFire ? [t("rules.while-fire", { priority: word(whileFire) })] : []),
    ...(whileIncident ? [t("rules.while-incident", { priority: word(whileIncident) })] : []),
    ...(atNight ? [t("rules.at-night", { priority: word(atNight) })] : []),
  ].join(" · ");
}

type EditProps = Begin & {
  readonly pack: string;
  readonly rule: string;
  readonly word: RulesWord;
  readonly note?: string;
};

/** Begins with the text of what is in force. */
function EditPack({ pack, rule, word, note, onBegin }: EditProps): ReactElement {
  const { t } = useWords<RulesWord>();
  const { refuse } = useDesk();
  const begin = async (): Promise<void> => {
    try {
      onBegin({ source: { texts: [await readPack(pack)] }, rule });
    } catch (error) {
      refuse(toRefusal(error));
    }
  };
  return (
    <button type="button" className="button" onClick={() => void begin()}>
      {t(word)} {note ?? pack}
    </button>
  );
}
