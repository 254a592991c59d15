/**
 * What boxes, messages and the history of a permit say of hot work. A pack of its own: no screen has to
 * load it.
 */
import { formatDateTime } from "../calendar.ts";
import type { World } from "../draft.ts";
import type { Event } from "../event.ts";
import type { CheckNeed, GasTest, Permit } from "../hot-work/permit.ts";
import { zoneKey } from "../inventory.ts";
import { enPermit } from "./permit-en.ts";
import { zhPermit } from "./permit-zh.ts";
import { fill, type Language, placeText, say } from "./render.ts";

type Parameters = Readonly<Record<string, string | number>>;

const packs: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  zh: zhPermit,
  en: enPermit,
};

export function sayOfPermit(language: Language, key: string, parameters: Parameters = {}): string {
  const template = Object.hasOwn(packs[language], key) ? (packs[language][key] ?? key) : key;
  return fill(template, parameters);
}

/** "轻纺城 动火作业票 1126-D-003" */
export function permitPlace(language: Language, permit: Permit, world: World): string {
  const { site } = permit.report;
  const words = { permit: permit.number };
  return placeText(language, { site, device: permit.id, zone: null, words }, world);
}

/** Site, zone and floor: where somebody has to go. */
export function permitWhere(language: Language, { report }: Permit, world: World): string {
  const { site, zone, floor } = report;
  const home = world.inventory.sites.get(site)?.name[language] ?? site;
  const part =
    zone === null ? null : world.inventory.zones.get(zoneKey(site, zone))?.name[language];
  return [home, part, floor].filter(Boolean).join(" ");
}

export type TaskKind = "inspect" | "notice" | "withdrawn";

export function taskText(language: Language, kind: TaskKind, permit: Permit, world: World): string {
  const { number, class: of, report } = permit;
  const demo = world.inventory.district.demonstration ? `${say(language, "mark.demo")} ` : "";
  const said = sayOfPermit(language, `task.${kind}`, {
    ...{ place: permitWhere(language, permit, world), number },
    class: sayOfPermit(language, `class.${of}`),
    kind: sayOfPermit(language, `kind.${report.kind}`),
    from: formatDateTime(report.startsAt, world.settings.utcOffsetMin),
  });
  return `${demo}${said}`;
}

/** Names of what an event of a permit names by id. */
export type PermitNames = {
  readonly station: (station: string) => string;
  readonly person: (person: string) => string;
  readonly alarm: (alarm: string) => string;
  readonly utcOffsetMin: number;
};

/** One line of its history; an event that has no words here is shown by its type. */
export function permitLine(language: Language, event: Event, names: PermitNames): string {
  const word = (key: string, parameters?: Parameters) => sayOfPermit(language, key, parameters);
  const when = (at: number): string => formatDateTime(at, names.utcOffsetMin);
  const station = (id: string | null): string => (id === null ? "—" : names.station(id));
  switch (event.type) {
    case "permit-faulted":
      return word("log.permit-faulted", { count: event.faults.length });
    case "permit-moved": {
      const cause = say(language, `stop-cause.${event.cause ?? "person"}`);
      const of = event.class === undefined ? "" : word(`class.${event.class}`);
      return word(`log.permit-moved.${event.why}`, { cause, class: of });
    }
    case "permit-stop-grew":
      return word("log.permit-stop-grew", { cause: say(language, `stop-cause.${event.cause}`) });
    case "permit-matched": {
      const need = needText(word, event.need);
      return word("log.permit-matched", { station: station(event.station), need });
    }
    case "inspection-delivered":
    case "inspection-accepted":
      return word(`log.${event.type}`, { station: station(event.station) });
    case "inspection-passed-on": {
      const why = word(`passed-on.${event.why}`);
      return word("log.inspection-passed-on", { station: station(event.station), why });
    }
    case "inspection-signed": {
      const { party, pass } = event.signature;
      return word(`log.inspection-signed.${pass ? "pass" : "fail"}`, {
        party: word(`party.${party}`),
      });
    }
    case "party-waived":
      return word("log.party-waived", { party: word(`party.${event.party}`) });
    case "permit-rescheduled":
      return word("log.permit-rescheduled", { from: when(event.startsAt) });
    case "permit-approved": {
      const { as, endsAt } = event.approval;
      return word("log.permit-approved", { as: word(`as.${as}`), until: when(endsAt) });
    }
    case "extension-asked":
      return word("log.extension-asked", { until: when(event.endsAt) });
    case "gas-tested":
      return word(`log.gas-tested.${event.pass ? "pass" : "fail"}`, {
        readings: readingsText(event.test),
      });
    case "place-declared":
      return word(`log.place-declared.${event.what}`);
    case "wind-noted":
      return word("log.wind-noted", { beaufort: event.beaufort });
    case "check-in-missed":
      return word("log.check-in-missed", { missed: event.missed });
    case "watcher-handed-over": {
      const { from, watcher } = event;
      return word("log.watcher-handed-over", {
        from: names.person(from),
        to: names.person(watcher),
      });
    }
    case "permit-called":
      return word("log.permit-called", {
        to: word(`to.${event.to}`),
        why: word(`why.${event.why}`),
      });
    case "permit-alarm":
      return word("log.permit-alarm", { what: names.alarm(event.alarm) });
    default: {
      const key = `log.${event.type}`;
      return Object.hasOwn(zhPermit, key) ? word(key) : event.type;
    }
  }
}

type Word = (key: string, parameters?: Parameters) => string;

function needText(word: Word, need: CheckNeed): string {
  if (need.need === "always") return word("need.always");
  return word(`need.${need.need}`, { draw: need.draw, colour: word(`colour.${need.colour}`) });
}

/** "methane 0.1 %vol · O₂ 20.9 %" */
function readingsText({ readings, oxygen }: GasTest): string {
  const said = readings.map(({ substance, value, unit }) => `${substance} ${value} ${unit}`);
  return [...said, ...(oxygen === null ? [] : [`O₂ ${oxygen} %`])].join(" · ");
}
