/**
 * What is wrong with a linkage table. Law 1 stands here: only devices that tell, sound or show may be
 * told anything; a pump, a valve or a damper is refused by its kind, whatever the command is called.
 */
import { commandsOfKind } from "#devices/kinds.ts";
import type { Inventory, LinkageRow } from "#rules/inventory.ts";
import type { Report } from "./check.ts";

type Expect = (
  path: readonly (string | number)[],
  list: "sites" | "responders",
  key: string,
) => void;

const targets = ["device", "endpoint", "station", "people"] as const;

export function checkLinkage(
  { linkage, devices }: Inventory,
  expect: Expect,
  report: Report,
): void {
  const kindOf = new Map(devices.map(({ site, id, kind }) => [`${site}/${id}`, kind]));
  linkage.forEach((row, i) => {
    const wrong = (key: string, message: string): void => report("linkage", [i, key], message);
    expect([i, "site"], "sites", row.site);
    if (row.station !== undefined) expect([i, "station"], "responders", row.station);
    for (const [n, id] of (row.people?.rosters ?? []).entries()) {
      expect([i, "people", "rosters", n], "responders", id);
    }
    const named = targets.filter((key) => row[key] !== undefined);
    if (named.length !== 1) {
      wrong(
        "id",
        `names ${named.join(" and ") || "nothing"}; allowed: one of ${targets.join(", ")}`,
      );
    }
    if (row.people && !row.people.site && !row.people.rosters) {
      wrong("people", "calls nobody; allowed: { site: true } or { rosters: [ STATION ] }");
    }
    checkCommand(row, kindOf, wrong);
  });
}

function checkCommand(
  { site, device, endpoint, command, say, preset, feedbackWithinMs }: LinkageRow,
  kindOf: ReadonlyMap<string, string>,
  wrong: (key: string, message: string) => void,
): void {
  const isTold = device !== undefined || endpoint !== undefined;
  if (isTold && command === undefined) wrong("command", "is missing");
  if (!isTold && command !== undefined) wrong("command", "is for a device or an endpoint");
  if (!isTold && feedbackWithinMs !== undefined) {
    wrong("feedbackWithinMs", "is for a device or an endpoint: people and stations answer");
  }
  if ((command === "speak" || command === "display") && say === undefined) {
    wrong("say", `is missing: what is to be said by ${command}`);
  }
  if (command === "camera-preset" && preset === undefined) wrong("preset", "is missing");
  if (device === undefined) return;
  const kind = kindOf.get(`${site}/${device}`);
  if (kind === undefined) return wrong("device", `${device} is no device of ${site}`);
  const able = commandsOfKind[kind];
  if (able === undefined) {
    const kinds = Object.keys(commandsOfKind).join(", ");
    const law = "this platform starts and stops no pump, valve or damper";
    return wrong(
      "device",
      `is a ${kind}, which is never told anything (${law}); allowed: ${kinds}`,
    );
  }
  if (command !== undefined && !able.includes(command)) {
    wrong("command", `${command} is nothing for a ${kind}; allowed: ${able.join(", ")}`);
  }
}
