/** The rules of the house as a table of the docs, made of the packs: `npm run -s reference`. */
import type { RuleSource } from "#rules/detect/pack.ts";
import type { Packs } from "#rules/rulebook.ts";

const head = `# Rules

Made of \`rules/packs/*.yaml\` by \`npm run -s reference\`; do not edit. A rule is *detected* from the points of
a device, or *reported* by another part of the gateway. Delays are those of the house; a site gives its own
numbers ([ADR 38](../adr/0038-adoption-of-rules.md)).
`;

export function rulesTable(packs: Packs): string {
  const parts = packs.map(({ pack, kind, rules }) => {
    const rows = rules.map(row).join("\n");
    return `\n## ${pack} (${kind})\n\n| rule | name | priority | set / clear | who acts | rests on |\n|---|---|---|---|---|---|\n${rows}\n`;
  });
  return head + parts.join("");
}

function row(rule: RuleSource): string {
  const { id, name, act, basis, guard } = rule;
  const does = `${act.zh} ${act.en}${guard ? `. ${guard.en}` : ""}`;
  const cells = [id, `${name.zh} ${name.en}`, priorityOf(rule), timesOf(rule), does, basis];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function priorityOf(rule: RuleSource): string {
  const { class: of, priority, whileFire, whileIncident, atNight, whenWorse } = rule;
  const { notWhileIncident, suppressedBy } = rule;
  return [
    `${priority} ${of}`,
    ...(whileFire ? [`${whileFire} while it burns`] : []),
    ...(whileIncident ? [`${whileIncident} in an incident`] : []),
    ...(atNight ? [`${atNight} by night`] : []),
    ...(whenWorse ? [`${whenWorse} when worse`] : []),
    ...(notWhileIncident ? ["not in an incident"] : []),
    ...(suppressedBy ? [`explained by ${suppressedBy.join(", ")}`] : []),
  ].join(", ");
}

function timesOf({ when, setAfterMs, setAfterInIncidentMs, clearAfterMs, ...rule }: RuleSource) {
  const named = Object.entries(rule.numbers ?? {}).map(([name, value]) => `${name} ${value}`);
  if (typeof when === "object" && "reported" in when) return ["reported", ...named].join("; ");
  if (rule.seenWithin !== undefined)
    return ["within its number, else an alarm", ...named].join("; ");
  const s = (ms: number): string => `${ms / 1000} s`;
  const set = setAfterInIncidentMs === undefined ? "" : ` (${s(setAfterInIncidentMs)} in one)`;
  const worse = rule.worseAfterMs === undefined ? "" : `, worse after ${s(rule.worseAfterMs)}`;
  return `${s(setAfterMs)}${set} / ${s(clearAfterMs)}${worse}`;
}
