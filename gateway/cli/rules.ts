/** `rules`: check files of rules, show what would change, adopt, roll back, list. */
import { resolve } from "node:path";
import { formatDateTime } from "#rules/calendar.ts";
import { spanText } from "#rules/text/condition.ts";
import { readConfig } from "../config.ts";
import { JournalFile } from "../journal/file.ts";
import { refusalOf } from "../rulebook/check.ts";
import { RuleList } from "../rulebook/list.ts";
import { houseDocuments } from "../rulebook/packs.ts";
import { prepareRules, type RulesSource } from "../rulebook/prepare.ts";
import { readProfiles } from "../rulebook/profiles.ts";
import type { NamedAdoption, RulesAnswer, RulesInForce } from "../rulebook/requests.ts";
import { readStored } from "../rulebook/stored.ts";
import { askOrRun } from "./control.ts";
import { WrongUsage } from "./wrong-usage.ts";

type Values = Readonly<Record<string, string | boolean | undefined>>;

const usage =
  "rules check|diff|adopt FILE …|FOLDER, rollback [HASH|--to POSITION], list, history, backtest; --help says more";

export async function rules(words: readonly string[], values: Values): Promise<unknown> {
  const [what = "", ...rest] = words;
  switch (what) {
    case "check":
      return check(rest, values);
    case "diff":
      return adopt(rest, values, true);
    case "adopt":
      return adopt(rest, values, false);
    case "rollback":
      return rollback(rest, values);
    case "list":
      return list(rest, values);
    case "history":
      return history(values);
    case "backtest":
      return (await import("./backtest.ts")).backtest(rest, values);
    default:
      throw new WrongUsage(usage);
  }
}

/** Beside the packs of the house, for a rule may be wrong only beside another; asks no gateway. */
async function check(files: readonly string[], { whole }: Values): Promise<string> {
  if (files.length === 0) throw new WrongUsage(usage);
  const base = houseDocuments().map(({ pack }) => pack);
  const prepared = prepareRules(
    { source: { files }, whole: whole === true },
    { profiles: readProfiles(), base, adopted: () => [] },
  );
  if (!prepared.ok) throw refusalOf(prepared.faults);
  const { packs, rules: count, difference } = prepared;
  const { added, gone, changed } = difference;
  return [
    `${files.join(", ")}: in order: ${packs} packs, ${count} rules with those of the house`,
    `beside the house: ${added} added, ${changed} changed, ${gone} gone`,
  ].join("\n");
}

function sourceOf(files: readonly string[], { house }: Values): RulesSource {
  if (files.length > 0 === (house === true)) throw new WrongUsage(usage);
  return house === true ? { house: true } : { files: files.map((path) => resolve(path)) };
}

async function adopt(files: readonly string[], values: Values, dryRun: boolean): Promise<unknown> {
  const { whole, by, json } = values;
  const source = sourceOf(files, values);
  const request = { do: "rules-adopt", source, whole: whole === true, dryRun };
  return told(await ask({ ...request, ...(by === undefined ? {} : { by }) }), dryRun, json);
}

async function rollback([hash, ...more]: readonly string[], values: Values): Promise<unknown> {
  const { to, by, json } = values;
  if (more.length > 0 || (hash !== undefined && to !== undefined)) throw new WrongUsage(usage);
  const position = to === undefined ? undefined : Number(to);
  if (position !== undefined && !Number.isSafeInteger(position)) throw new WrongUsage(usage);
  const answer = await ask({
    do: "rules-rollback",
    ...(hash === undefined ? {} : { hash }),
    ...(position === undefined ? {} : { position }),
    ...(by === undefined ? {} : { by }),
  });
  return told(answer, false, json);
}

type Asked = { readonly do: string; readonly [key: string]: unknown };

async function ask(request: Asked): Promise<RulesAnswer> {
  return (await askOrRun(request, (step) => {
    if (process.stderr.isTTY) process.stderr.write(`${step} …\n`);
  })) as RulesAnswer;
}

function told(answer: RulesAnswer, dryRun: boolean, json: unknown): unknown {
  if (json === true) return answer;
  const { lines, total, packs, rules: count, hash, position } = answer;
  const name = `${hash.slice(0, 8)} (${packs} packs, ${count} rules)`;
  if (total === 0 && position === null) return `no difference: ${name} is in force`;
  const changes = total === 1 ? "1 rule" : `${total} rules`;
  const end = dryRun
    ? `${changes} would change; nothing has been changed yet`
    : `${changes} changed: ${name} adopted at journal position ${position}`;
  return [...lines, end].join("\n");
}

/** Read from the journal itself, by this process: 10,000 rules are nobody else's work. */
async function list(words: readonly string[], { json }: Values): Promise<unknown> {
  const inForce = (await askOrRun({ do: "rules-in-force" })) as RulesInForce;
  const { hash, adoptions, utcOffsetMin } = inForce;
  if (hash === null)
    return json ? [] : "no rules have been adopted yet: the first start adopts the house's";
  const file = JournalFile.openForReading(readConfig(process.env).data);
  try {
    const read = (name: string) => readStored(name, (part) => file.artefact(part));
    const rulesOf = new RuleList(read(hash), adoptions, read);
    const { rules: found } = rulesOf.page({ q: words.join(" "), limit: Number.MAX_SAFE_INTEGER });
    if (json) return found;
    return found
      .map(({ pack, rule, since, sites }) => {
        const { id, name, priority, setAfterMs, clearAfterMs, basis } = rule;
        const holds = `${spanText(setAfterMs)} / ${spanText(clearAfterMs)}`;
        const at = since ? formatDateTime(since.at, utcOffsetMin) : "?";
        const own = sites.length > 0 ? `  [${sites.map(({ site }) => site).join(", ")}]` : "";
        return `${pack}/${id}  ${priority}  ${name.zh} · ${name.en}  ${holds}  since ${at}  ${basis}${own}`;
      })
      .join("\n");
  } finally {
    file.close();
  }
}

async function history({ json }: Values): Promise<unknown> {
  const inForce = (await askOrRun({ do: "rules-in-force" })) as RulesInForce;
  if (json) return inForce;
  const { adoptions, hash, utcOffsetMin, newerHouse } = inForce;
  const lines = adoptions.toReversed().map((one) => {
    const mark = one.hash === hash && one === adoptions.at(-1) ? "*" : " ";
    const at = formatDateTime(one.at, utcOffsetMin);
    return `${mark} ${one.position}  ${one.hash.slice(0, 8)}  ${at}  ${nameOf(one)}  ${summaryOf(one)}`;
  });
  if (newerHouse) lines.push("this program ships other rules: firelink rules diff --house");
  return lines.length > 0 ? lines.join("\n") : "no rules have been adopted yet";
}

function nameOf({ by, byName }: NamedAdoption): string {
  return byName ?? by;
}

function summaryOf({ summary, house, hash }: NamedAdoption): string {
  const { packs = 0, rules: count = 0, added, changed, gone } = summary;
  const moved = added === undefined ? "" : `, +${added} ~${changed ?? 0} -${gone ?? 0}`;
  return `${packs} packs, ${count} rules${moved}${hash === house ? ", of the house" : ""}`;
}
