/** A condition in words, for whoever reads a rule on a screen or in a difference. Pure. */
import type { ConditionSource } from "../detect/condition.ts";
import type { VoteSource } from "../profile.ts";
import type { Language } from "./render.ts";

/** `names` of points: for whoever does not know their ids; without them it is as it was written. */
export function conditionWords(
  language: Language,
  source: ConditionSource,
  names: ReadonlyMap<string, string> | null = null,
): string {
  const say = phrases[language];
  const written = words(source, say, false);
  if (names === null) return written;
  return written
    .replaceAll(" && ", say.and)
    .replaceAll(" || ", say.or)
    .replaceAll(/!(?!=)/g, say.not)
    .replaceAll(/[a-z]\w*/g, (id) => names.get(id) ?? id);
}

type Phrases = {
  readonly and: string;
  readonly or: string;
  readonly not: string;
  readonly unless: string;
  readonly band: string;
  readonly silent: string;
  readonly reported: string;
  readonly votes: (least: number, within: string, of: string) => string;
  readonly held: (what: string, time: string) => string;
  readonly rate: (point: string, limit: string, over: string) => string;
  readonly rise: (point: string, above: number, within: string) => string;
  readonly edges: (of: string, least: number, within: string) => string;
  readonly stuck: (point: string, time: string, band: string) => string;
  readonly differ: (a: string, b: string, by: number) => string;
  readonly drop: (point: string, by: number, over: string) => string;
  readonly rail: (point: string, end: string | undefined) => string;
  readonly readings: (point: string, limit: string, least: number) => string;
  readonly while: string;
};

const phrases: Readonly<Record<Language, Phrases>> = {
  zh: {
    and: " 且 ",
    or: " 或 ",
    not: "非",
    unless: "除非",
    band: "回差",
    silent: "全部点位无有效数据",
    reported: "由本平台其他部分报出",
    votes: (least, within, of) => `${within} 内至少 ${least} 个:${of}`,
    held: (what, time) => `${what} 持续 ${time}`,
    rate: (point, limit, over) => `${point} 在 ${over} 内的变化率 ${limit}/min`,
    rise: (point, above, within) => `${point} 在 ${within} 内增加超过 ${above}`,
    edges: (of, least, within) => `${of} 在 ${within} 内变化至少 ${least} 次`,
    stuck: (point, time, band) => `${point} ${time} 无变化${band}`,
    differ: (a, b, by) => `${a} 与 ${b} 相差超过 ${by}`,
    drop: (point, by, over) => `${point} 低于 ${over} 中位数 ${by}%`,
    rail: (point, end) =>
      `${point} 处于量程${end === "low" ? "下端" : end === "high" ? "上端" : "端点"}`,
    readings: (point, limit, least) => `${point} 连续 ${least} 次读数 ${limit}`,
    while: ",仅当 ",
  },
  en: {
    and: " and ",
    or: " or ",
    not: "not ",
    unless: "unless ",
    band: "dead band",
    silent: "no point has valid data",
    reported: "said by another part of the platform",
    votes: (least, within, of) => `at least ${least} within ${within} of: ${of}`,
    held: (what, time) => `${what} for ${time}`,
    rate: (point, limit, over) => `${point} changes over ${over} by ${limit} per min`,
    rise: (point, above, within) => `${point} grows by more than ${above} within ${within}`,
    edges: (of, least, within) => `${of} changes at least ${least} times within ${within}`,
    stuck: (point, time, band) => `${point} has not moved for ${time}${band}`,
    differ: (a, b, by) => `${a} and ${b} differ by more than ${by}`,
    drop: (point, by, over) => `${point} is ${by} % below its median of ${over}`,
    rail: (point, end) =>
      `${point} is at ${end === undefined ? "an" : `the ${end}`} end of its range`,
    readings: (point, limit, least) => `${least} readings of ${point} in a row are ${limit}`,
    while: ", only while ",
  },
};

function words(source: ConditionSource, say: Phrases, isInner: boolean): string {
  if (typeof source === "string") return isInner && /[|&?]/.test(source) ? `(${source})` : source;
  if ("threshold" in source) {
    const { point, below, above, deadBand } = source.threshold;
    const limit = below === undefined ? `> ${above}` : `< ${below}`;
    return deadBand === 0 ? `${point} ${limit}` : `${point} ${limit} (${say.band} ${deadBand})`;
  }
  if ("silent" in source) return say.silent;
  if ("reported" in source) return say.reported;
  if ("unless" in source) return `${say.unless}${words(source.unless, say, true)}`;
  if ("not" in source) return `${say.not}(${words(source.not, say, false)})`;
  if ("votes" in source) {
    const { least, withinMs, of } = source.votes;
    const list = typeof of === "string" ? of : of.map((one) => voter(one, say)).join(" | ");
    return say.votes(least, spanText(withinMs), list);
  }
  if ("any" in source || "all" in source) {
    const [parts, join] = "any" in source ? [source.any, say.or] : [source.all, say.and];
    const text = parts.map((part) => words(part, say, true)).join(join);
    return isInner && parts.length > 1 ? `(${text})` : text;
  }
  return series(source, say);
}

function voter(one: VoteSource, say: Phrases): string {
  if (typeof one === "string") return one;
  const { when, forMs, unless } = one;
  const held = forMs === undefined ? when : say.held(when, spanText(forMs));
  return unless === undefined ? held : `${held} ${say.unless}(${unless})`;
}

type Series = Extract<ConditionSource, object>;

function series(source: Series, say: Phrases): string {
  const only = (of: string | undefined): string => (of === undefined ? "" : `${say.while}${of}`);
  if ("rate" in source) {
    const { point, above, below, overMs, while: of } = source.rate;
    const limit = above === undefined ? `< ${below}` : `> ${above}`;
    return say.rate(point, limit, spanText(overMs)) + only(of);
  }
  if ("rise" in source) {
    const { point, above, withinMs } = source.rise;
    return say.rise(point, above, spanText(withinMs));
  }
  if ("edges" in source) {
    const { of, least, withinMs } = source.edges;
    return say.edges(of, least, spanText(withinMs));
  }
  if ("stuck" in source) {
    const { point, forMs, deadBand, while: of } = source.stuck;
    const band = deadBand === undefined ? "" : ` (${say.band} ${deadBand})`;
    return say.stuck(point, spanText(forMs), band) + only(of);
  }
  if ("drop" in source) {
    const { point, by, overMs, while: of } = source.drop;
    return say.drop(point, Math.round(by * 100), spanText(overMs)) + only(of);
  }
  if ("differ" in source) {
    const { points, by } = source.differ;
    return say.differ(points[0], points[1], by);
  }
  if ("readings" in source) {
    const { point, above, below, least } = source.readings;
    return say.readings(point, above === undefined ? `< ${below}` : `> ${above}`, least);
  }
  if ("rail" in source) return say.rail(source.rail.point, source.rail.end);
  return JSON.stringify(source);
}

const day = 86_400_000;

/** 90000 → "90 s"; 300000 → "5 min"; what is no whole second stays in ms. */
export function spanText(ms: number): string {
  if (ms % 1000 !== 0) return `${ms} ms`;
  if (ms % day === 0 && ms > 0) return `${ms / day} d`;
  if (ms % 3_600_000 === 0 && ms > 0) return `${ms / 3_600_000} h`;
  return ms % 60_000 === 0 && ms > 60_000 ? `${ms / 60_000} min` : `${ms / 1000} s`;
}
