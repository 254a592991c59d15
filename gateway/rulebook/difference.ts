/** What would change by adopting other rules: rule by rule, in words of both languages. Pure. */
import type { RuleSource } from "#rules/detect/pack.ts";
import type { Text } from "#rules/inventory.ts";
import type { SiteNumbers, SiteOverrides } from "#rules/override.ts";
import type { Packs } from "#rules/rulebook.ts";
import { conditionWords, spanText } from "#rules/text/condition.ts";

export type KeyChange = {
  readonly key: string;
  readonly label: Text;
  /** Null where there is none. */
  readonly before: Text | null;
  readonly after: Text | null;
};

export type RuleChange = {
  readonly kind: "added" | "gone" | "changed";
  readonly pack: string;
  readonly rule: string;
  readonly name: Text;
  readonly keys: readonly KeyChange[];
};

export type RulesDifference = {
  /** The first ones. */
  readonly changes: readonly RuleChange[];
  readonly added: number;
  readonly gone: number;
  readonly changed: number;
};

const mostChanges = 500;

export function rulesDifference(before: Packs, after: Packs): RulesDifference {
  const old = thingsOf(before);
  const next = thingsOf(after);
  const changes: RuleChange[] = [];
  const count = { added: 0, gone: 0, changed: 0 };
  const add = (change: RuleChange): void => {
    count[change.kind] += 1;
    if (changes.length < mostChanges) changes.push(change);
  };
  for (const [key, thing] of next) {
    const was = old.get(key);
    const { pack, rule, name } = thing;
    if (!was) add({ kind: "added", pack, rule, name, keys: keyChanges({}, thing.values) });
    else if (canonical(was.values) !== canonical(thing.values)) {
      add({ kind: "changed", pack, rule, name, keys: keyChanges(was.values, thing.values) });
    }
  }
  for (const [key, { pack, rule, name, values }] of old) {
    if (!next.has(key)) add({ kind: "gone", pack, rule, name, keys: keyChanges(values, {}) });
  }
  return { changes, ...count };
}

type Values = Readonly<Record<string, unknown>>;
type Thing = {
  readonly pack: string;
  readonly rule: string;
  readonly name: Text;
  readonly values: Values;
};

/** Rules of packs and numbers of sites, each by where it stands. */
function thingsOf(packs: Packs): ReadonlyMap<string, Thing> {
  const things = new Map<string, Thing>();
  for (const { pack, kind, rules, overrides } of packs) {
    for (const rule of rules) {
      const { id, ...values } = rule;
      const name = rule.name;
      things.set(`${pack}/${id}`, { pack, rule: id, name, values: { kind, ...values } });
    }
    for (const [key, values] of Object.entries(overrides ?? ({} as SiteOverrides))) {
      const name = ruleNamed(packs, key)?.name ?? { zh: key, en: key };
      things.set(`${pack}/${key}`, { pack, rule: key, name, values });
    }
  }
  return things;
}

function ruleNamed(packs: Packs, key: string): RuleSource | undefined {
  const [pack, id] = key.split("/");
  return packs.find((one) => one.pack === pack)?.rules.find((rule) => rule.id === id);
}

function keyChanges(before: Values, after: Values): KeyChange[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys
    .filter((key) => canonical(before[key]) !== canonical(after[key]))
    .map((key) => ({
      key,
      label: labels[key] ?? { zh: key, en: key },
      before: valueText(key, before[key]),
      after: valueText(key, after[key]),
    }));
}

/** Numbers that a site has of its own, in words. */
export function siteWords(numbers: SiteNumbers): Text {
  const told = keyChanges({}, numbers);
  const say = (language: "zh" | "en"): string =>
    told.map(({ label, after }) => `${label[language]} ${after?.[language] ?? ""}`).join(", ");
  return { zh: say("zh"), en: say("en") };
}

/** The order of keys means nothing. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_key, part: unknown) =>
      typeof part === "object" && part !== null && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
        : part,
    ) ?? ""
  );
}

function valueText(key: string, value: unknown): Text | null {
  if (value === undefined) return null;
  if (key.endsWith("Ms") && typeof value === "number") return same(spanText(value));
  if (key === "when" || key === "until") {
    const say = (language: "zh" | "en") => conditionWords(language, value as RuleSource["when"]);
    return { zh: say("zh"), en: say("en") };
  }
  if (isText(value)) return { zh: value.zh, en: value.en };
  return same(typeof value === "string" ? value : JSON.stringify(value));
}

const same = (text: string): Text => ({ zh: text, en: text });

function isText(value: unknown): value is Text {
  return typeof value === "object" && value !== null && "zh" in value && "en" in value;
}

const labels: Readonly<Record<string, Text>> = {
  name: { zh: "名称", en: "name" },
  kind: { zh: "设备类型", en: "kind of device" },
  class: { zh: "类别", en: "class" },
  priority: { zh: "等级", en: "priority" },
  whileFire: { zh: "火警期间等级", en: "priority during a fire" },
  fireIn: { zh: "火警范围", en: "where the fire stands" },
  whileIncident: { zh: "警情期间等级", en: "priority during an incident" },
  atNight: { zh: "夜间等级", en: "priority by night" },
  point: { zh: "报警点", en: "alarm point" },
  each: { zh: "分别针对", en: "about each" },
  when: { zh: "触发条件", en: "condition" },
  until: { zh: "结束条件", en: "end condition" },
  unknown: { zh: "未知时", en: "when unknown" },
  setAfterMs: { zh: "触发延时", en: "hold to set" },
  setAfterInIncidentMs: { zh: "警情期间触发延时", en: "hold to set during an incident" },
  clearAfterMs: { zh: "恢复延时", en: "hold to clear" },
  whenRepeated: { zh: "反复时", en: "when repeated" },
  whenWorse: { zh: "加重后等级", en: "priority when worse" },
  worseAfterMs: { zh: "加重时间", en: "worse after" },
  seenWithin: { zh: "须在此时限内进行一次", en: "to be done again within" },
  distrusts: { zh: "数据存疑", en: "nobody may rely on" },
  suppressedBy: { zh: "被抑制于", en: "explained by" },
  numbers: { zh: "数值", en: "numbers" },
  limits: { zh: "限值", en: "limits" },
  act: { zh: "处置", en: "what to do" },
  basis: { zh: "依据", en: "basis" },
  guard: { zh: "防误报", en: "guard against false alarms" },
};

const signs = { added: "+", gone: "-", changed: "~" } as const;

/** For a terminal, both languages beside each other. */
export function differenceLines({ changes, added, gone, changed }: RulesDifference): string[] {
  const lines = changes.flatMap(({ kind, pack, rule, name, keys }) => {
    const head = `${signs[kind]} ${pack}/${rule}  ${name.zh} · ${name.en}`;
    if (kind === "gone") return [head];
    const told = keys.filter(({ key }) => kind === "changed" || shownWhenNew.has(key));
    return [head, ...told.map(keyLine)];
  });
  const more = added + gone + changed - changes.length;
  return more > 0 ? [...lines, `and ${more} more`] : lines;
}

/** Of a new rule what it does; its words stand in its file. */
const shownWhenNew = new Set(["class", "priority", "when", "until", "setAfterMs", "clearAfterMs"]);

function keyLine({ label, before, after }: KeyChange): string {
  const both = (text: Text | null): string =>
    text === null ? "–" : text.zh === text.en ? text.zh : `${text.zh} · ${text.en}`;
  const change = before === null ? both(after) : `${both(before)} → ${both(after)}`;
  return `    ${label.zh} ${label.en}: ${change}`;
}
