/**
 * Rules H01 to H07, which the core itself raises about permits: one alarm of each for a permit, at its
 * site. Their words and numbers are those of the pack where it is adopted.
 */
import type { Alarm } from "../alarm/alarm.ts";
import { armEscalation } from "../alarm/escalation.ts";
import { endOwn, openOwn, raiseOwn } from "../alarm/own.ts";
import type { Draft } from "../draft.ts";
import type { Rule } from "../rulebook.ts";
import type { Permit } from "./permit.ts";

export type HotWorkRule = "H01" | "H02" | "H03" | "H04" | "H05" | "H06" | "H07";

const of = (id: HotWorkRule, point: string, more: Partial<Rule> = {}): Rule => ({
  ...{ id, point, class: "supervisory", priority: "P2", latched: false, opensIncident: false },
  ...more,
});

export const hotWorkRules: Readonly<Record<HotWorkRule, Rule>> = {
  H01: of("H01", "hot-work", { priority: "P1" }),
  H02: of("H02", "permit"),
  H03: of("H03", "gas-test"),
  H04: of("H04", "watcher"),
  H05: of("H05", "post-work"),
  H06: of("H06", "hot-work-fire", { class: "fire", priority: "P1", latched: true }),
  H07: of("H07", "disablement", { class: "suppression", priority: "P1" }),
};

type About = Pick<Permit, "id" | "number"> & { readonly report: { readonly site: string } };

function aboutOf(rule: HotWorkRule, { id, number, report }: About) {
  const { point } = hotWorkRules[rule];
  return { site: report.site, device: id, point, words: { permit: number } };
}

export function raiseFor(draft: Draft, rule: HotWorkRule, permit: About): string {
  return raiseOwn(draft, hotWorkRules[rule], aboutOf(rule, permit));
}

export function endFor(draft: Draft, rule: HotWorkRule, permit: About): void {
  endOwn(draft, aboutOf(rule, permit));
}

/** It is P1 from now on, whatever it was, and sounds again. */
export function raiseWorse(draft: Draft, rule: HotWorkRule, permit: About): void {
  const open: Alarm | null = openOwn(draft, aboutOf(rule, permit));
  const alarm = raiseFor(draft, rule, permit);
  if (open?.priority === "P1") return;
  draft.add({ type: "alarm-worse", alarm, priority: "P1", evidence: [] });
  const { class: kind } = hotWorkRules[rule];
  armEscalation(draft, alarm, { class: kind, priority: "P1", site: permit.report.site });
}
