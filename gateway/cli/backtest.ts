/** `rules backtest`: what a rule would have said, beside what was said, as lines. */
import { resolve } from "node:path";
import { formatDateTime } from "#rules/calendar.ts";
import { spanText } from "#rules/text/condition.ts";
import { instant } from "../instant.ts";
import type { BacktestResult, BacktestSpan } from "../rulebook/backtest-worker.ts";
import type { RulesInForce } from "../rulebook/requests.ts";
import { askOrRun } from "./control.ts";
import { WrongUsage } from "./wrong-usage.ts";

type Values = Readonly<Record<string, string | boolean | undefined>>;

const usage = "rules backtest [FILE …] --rule ID [--device SITE/DEVICE] [--from TIME] [--to TIME]";
const usualMs = 86_400_000;

export async function backtest(files: readonly string[], values: Values): Promise<unknown> {
  const { rule, device = null, from, to, json } = values;
  if (typeof rule !== "string") throw new WrongUsage(usage);
  const { utcOffsetMin, now } = (await askOrRun({ do: "rules-in-force" })) as RulesInForce;
  const until = to === undefined ? now : instant(String(to), utcOffsetMin, now);
  const since = from === undefined ? until - usualMs : instant(String(from), utcOffsetMin, now);
  const source = files.length === 0 ? null : { files: files.map((path) => resolve(path)) };
  const result = (await askOrRun(
    { do: "rules-backtest", source, rule, device, from: since, to: until },
    (share) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${share} `);
    },
  )) as BacktestResult;
  return json === true ? result : lines(result, utcOffsetMin).join("\n");
}

function lines(result: BacktestResult, utcOffsetMin: number): string[] {
  const { pack, rule, name, from, to, devices, totals, rows, more, inForce } = result;
  const at = (ms: number): string => formatDateTime(ms, utcOffsetMin);
  const count = (n: number): string => (n === 1 ? "1 alarm" : `${n} alarms`);
  const head = [
    `${pack}/${rule}  ${name.zh} · ${name.en}`,
    `${at(from)} … ${at(to)}`,
    ...devices.map(({ device, samples, firstAt, blindMs }) => {
      if (firstAt === null) return `${device}: nothing is stored of what it reads`;
      const blind = blindMs > 0 ? `, could not tell for ${lasting(blindMs)}` : "";
      return `${device}: ${samples} samples${blind}`;
    }),
    `this rule ${count(totals.tried)}, ${
      inForce === "none"
        ? "none of that id is in force"
        : `${inForce === "same" ? "the same rule" : "the rule"} in force ${count(totals.inForce)}`
    }, journal ${count(totals.journal)}`,
  ];
  const told = rows.flatMap((row) => {
    const thing = row.thing ? `  ${row.thing.zh} · ${row.thing.en}` : "";
    return [
      `${row.device} ${row.point}${thing}`,
      ...sideLines("this rule", row.tried, at, true),
      ...(inForce === "other" ? sideLines("in force ", row.inForce, at, false) : []),
      ...sideLines("journal  ", row.journal, at, false),
    ];
  });
  return [...head, "", ...told, ...(more > 0 ? [`and ${more} more`] : [])];
}

const mostSpans = 20;

function sideLines(
  side: string,
  spans: readonly BacktestSpan[],
  at: (ms: number) => string,
  isLong: boolean,
): string[] {
  if (spans.length === 0) return [`    ${side}  –`];
  const told = spans.slice(0, mostSpans).flatMap(({ from, to, worseAt, unknownMs, why }) => {
    const end = to === null ? "still stands" : `${at(to)} (${lasting(to - from)})`;
    const worse = worseAt === null ? "" : `, worse at ${at(worseAt)}`;
    const unknown = unknownMs > 0 ? `, unknown for ${lasting(unknownMs)}` : "";
    const line = `    ${side}  ${at(from)} → ${end}${worse}${unknown}`;
    return isLong && why ? [line, `               ${why.en}`] : [line];
  });
  const more = spans.length - mostSpans;
  return more > 0 ? [...told, `    ${side}  and ${more} more`] : told;
}

function lasting(ms: number): string {
  return spanText(Math.round(ms / 1000) * 1000);
}
