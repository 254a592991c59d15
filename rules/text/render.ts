/**
 * The one renderer: codes and typed parameters to sentences, for screen, outbox, export and print.
 *
 * Pure. The journal holds codes only; the sentence is made when somebody reads it, in the reader's
 * language.
 */
import type { Alarm, AlarmClass, Priority } from "../alarm/alarm.ts";
import { formatClock } from "../calendar.ts";
import type { RuleSource } from "../detect/pack.ts";
import type { Order } from "../dispatch/order.ts";
import type { World } from "../draft.ts";
import type { PromptCode } from "../incident/incident.ts";
import { offSite, type Reported } from "../incident/report.ts";
import { deviceKey, type Responder, type Text, zoneKey } from "../inventory.ts";
import { numberOf } from "../numbers.ts";
import { ruleAt, rulebook } from "../rulebook.ts";
import { systemSite } from "../system.ts";
import { en } from "./en.ts";
import { type TextKey, zh } from "./zh.ts";

export type Language = "zh" | "en";

const packs: Readonly<Record<Language, Readonly<Record<TextKey, string>>>> = { zh, en };

/** The text of a code; a code that no pack knows is shown as it is, never hidden. */
export function say(
  language: Language,
  key: string,
  parameters: Readonly<Record<string, string | number>> = {},
): string {
  const template = Object.hasOwn(packs[language], key) ? packs[language][key as TextKey] : key;
  return fill(template, parameters);
}

export function fill(
  template: string,
  parameters: Readonly<Record<string, string | number>>,
): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(parameters, name) ? String(parameters[name]) : whole,
  );
}

/** P1 has two classes with words of their own (DESIGN §5). */
export function priorityText(language: Language, priority: Priority, of: AlarmClass): string {
  if (of === "emergency") return say(language, `priority.${priority}.emergency`);
  if (priority !== "P1") return say(language, `priority.${priority}`);
  return say(language, of === "fire" ? "priority.P1.fire" : "priority.P1.suppression");
}

/** What it is called: by the pack that has the rule, and which of its things it is about. */
export function ruleText(language: Language, alarm: Alarm, world: World): string {
  const { reported } = alarm;
  if (reported) {
    const what = say(language, `report.${reported.kind}.${reported.what}`);
    return say(language, "report.line", { rule: say(language, `rule.${alarm.rule}`), what });
  }
  const source = packRuleOf(alarm, world);
  const of = alarm.words?.of;
  if (of !== undefined) {
    // Which alarm of the device it is about: of rule C02 (抖动抑制).
    const about = { ...alarm, rule: of, words: without(alarm.words) };
    return `${ruleName(language, alarm, world)} · ${ruleText(language, about, world)}`;
  }
  const thing = source && thingText(language, source, alarm);
  const name = ruleName(language, alarm, world);
  return thing === null ? name : `${name} · ${thing}`;
}

function without(words: Alarm["words"]): Alarm["words"] {
  const { of: _of, ...others } = words ?? {};
  return others;
}

type RuleAt = Pick<Alarm, "site" | "device" | "rule">;

export function ruleName(language: Language, at: RuleAt, world: World): string {
  return packRuleOf(at, world)?.name[language] ?? say(language, `rule.${at.rule}`);
}

function packRuleOf({ site, device, rule }: RuleAt, { inventory, packs }: World) {
  const { kind = "" } = inventory.devices.get(deviceKey(site, device)) ?? {};
  return ruleAt(packs, { id: rule, kind, site });
}

function thingText(language: Language, { each }: RuleSource, alarm: Alarm): string | null {
  if (each === undefined) return null;
  if ("part" in each) return fill(each.name[language], alarm.words ?? {});
  return each.find(({ as }) => as === alarm.each)?.name[language] ?? null;
}

/** What a person does about it, where a pack says so. */
export function adviceText(language: Language, alarm: Alarm, world: World): string {
  return packRuleOf(alarm, world)?.act[language] ?? "";
}

/** Where the device stands, in the words of the radio; its key where nobody has named the place. */
export function placeText(
  language: Language,
  alarm: Pick<Alarm, "site" | "device" | "zone"> & Partial<Pick<Alarm, "words" | "reported">>,
  world: World,
): string {
  if (alarm.reported) return reportedPlace(language, { ...alarm, reported: alarm.reported }, world);
  if (alarm.site === systemSite) return say(language, "place.gateway");
  const device = world.inventory.devices.get(deviceKey(alarm.site, alarm.device));
  const site = world.inventory.sites.get(alarm.site);
  // A device that is a whole warehouse says in which of its zones.
  const zone = device?.zones && alarm.zone ? zoneKey(alarm.site, alarm.zone) : null;
  const known = zone === null ? undefined : world.inventory.zones.get(zone);
  if (known) return `${site ? site.name[language] : alarm.site} ${known.name[language]}`;
  if (device?.place) return device.place[language];
  const home = site ? site.name[language] : alarm.site;
  // A permit for hot work is no device, and is read by its number.
  const { permit } = alarm.words ?? {};
  if (permit !== undefined) return say(language, "place.permit", { site: home, permit });
  return `${home} ${alarm.device}`;
}

/**
 * What was shown on a map is read out by its numbers: five decimals are a metre. Which number is which, and the
 * datum, are said, for a crew types them into maps that have another one. No border is known: a town is near.
 */
function reportedPlace(
  language: Language,
  { site, zone, reported }: Pick<Alarm, "site" | "zone"> & { readonly reported: Reported },
  { inventory }: World,
): string {
  const home = inventory.sites.get(site)?.name[language];
  const part = zone === null ? undefined : inventory.zones.get(zoneKey(site, zone));
  if (home) return part ? `${home} ${part.name[language]}` : home;
  const { position } = reported;
  const degrees = (value: number | undefined): string => (value ?? 0).toFixed(5);
  const town = townText(language, reported.town, inventory);
  const at = { lng: degrees(position?.lng), lat: degrees(position?.lat) };
  return say(language, "place.off-site", { town, ...at });
}

/** The name of a site; off every site, that of the town. */
export function siteText(
  language: Language,
  { site, town }: { readonly site: string; readonly town: string | null },
  { inventory }: Pick<World, "inventory">,
): string {
  if (site === systemSite) return say(language, "place.gateway");
  const known = inventory.sites.get(site)?.name[language];
  if (known !== undefined || site !== offSite) return known ?? site;
  return say(language, "place.off-site.site", { town: townText(language, town, inventory) });
}

function townText(language: Language, town: string | null, { towns }: World["inventory"]): string {
  return towns.get(town ?? "")?.name[language] ?? say(language, "place.nowhere");
}

/** How to get in: the nearest gate and key box, where the inventory names them; else empty. */
export function accessText(language: Language, alarm: Alarm, world: World): string {
  const device = world.inventory.devices.get(deviceKey(alarm.site, alarm.device));
  const site = world.inventory.sites.get(alarm.site);
  const gate = site?.gates?.find((access) => access.id === device?.gate);
  const keyBox = site?.keyBoxes?.find((access) => access.id === device?.keyBox);
  return [
    ...(gate ? [say(language, "access.gate", { name: gate.name[language] })] : []),
    ...(keyBox ? [say(language, "access.key-box", { name: keyBox.name[language] })] : []),
  ].join(" · ");
}

/** Which rule of which kind of device. */
function parkedWords({ words }: Alarm): { readonly rule: string; readonly kind: string } {
  return { rule: words?.rule ?? "", kind: words?.kind ?? "" };
}

/** One line: what happened where. What the gateway says of itself has no place. */
export function alarmText(language: Language, alarm: Alarm, world: World): string {
  if (alarm.outage) {
    const { utcOffsetMin } = world.settings;
    const from = formatClock(alarm.outage.from, utcOffsetMin);
    return say(language, "alarm.outage", { from, to: formatClock(alarm.outage.to, utcOffsetMin) });
  }
  if (alarm.rule === rulebook.G03.id) return say(language, "alarm.unattended");
  if (alarm.rule === rulebook.G04.id) return say(language, "alarm.parked", parkedWords(alarm));
  if (alarm.rule === rulebook.G07.id) {
    const site = world.inventory.sites.get(alarm.site)?.name[language] ?? alarm.site;
    return say(language, "alarm.site-link", { site, lost: "", count: "", ...alarm.words });
  }
  if (alarm.site === systemSite) return say(language, `rule.${alarm.rule}`);
  const place = placeText(language, alarm, world);
  return say(language, "alarm.line", { place, rule: ruleText(language, alarm, world) });
}

/** What an operator is asked to do now; the seconds are those of the settings in force. */
export function promptText(language: Language, code: PromptCode, world: World): string {
  const { dispatch, arrival } = world.settings;
  const afterMs: Partial<Record<PromptCode, number>> = {
    "no-acceptance": dispatch.secondChannelAfterMs,
    "second-station-ordered": dispatch.secondStationAfterMs,
    "third-station-ordered": dispatch.thirdStationAfterMs,
    "verifier-silent": dispatch.verifierSilentAfterMs,
    "call-119-overdue": world.settings.incident.call119AfterMs,
    "second-person-silent": world.settings.incident.secondPersonAfterMs,
    "recall-unanswered": dispatch.recallAnswerAfterMs,
    unverified: dispatch.unverifiedAfterMs,
    "late-micro": arrival.microMs,
    "late-neighbours": arrival.neighboursMs,
    unacknowledged: numberOf(world.packs, "E01", "shiftLeaderMs", null),
  };
  const seconds = (afterMs[code] ?? 0) / 1000;
  return say(language, `prompt.${code}`, { seconds, minutes: seconds / 60 });
}

/** What an order is about, for the box, the voice and the radio. */
export function orderWhat(alarm: Alarm, order: Order, world: World): Text {
  return both((language) => {
    const what = say(language, "order.what", {
      place: placeText(language, alarm, world),
      rule: ruleText(language, alarm, world),
      priority: priorityText(language, order.priority, alarm.class),
    });
    // What is no order to go says so before anything else.
    const isTold = order.kind === "stand-by" || order.kind === "notify";
    const marks = [
      ...(world.inventory.district.demonstration ? [say(language, "mark.demo")] : []),
      ...(isTold
        ? [say(language, "order.mark", { kind: say(language, `order-kind.${order.kind}`) })]
        : []),
    ];
    return [...marks, what].join(" ");
  });
}

/**
 * Why this station, and how far: a travel time never stands without the word for its kind, nor a
 * station without what is not certain about it.
 */
export function orderWhy(order: Order, world: World): Text {
  const responder = world.inventory.responders.get(order.station);
  return both((language) => {
    const reason = say(language, `order-reason.${order.why}`);
    const way =
      order.estimateMs === null
        ? say(language, "order.why.unknown-way", { reason })
        : say(language, "order.why", { reason, way: wayText(language, order) ?? "" });
    const doubt = order.wayDoubt ? [say(language, `travel.${order.wayDoubt}`)] : [];
    return [way, ...doubt, ...(responder ? doubtsOf(language, responder) : [])].join(" · ");
  });
}

/** 行车约 6 分钟(路网); null where nobody knows how long. */
export function wayText(
  language: Language,
  { estimateMs, source }: Pick<Order, "estimateMs" | "source">,
): string | null {
  if (estimateMs === null) return null;
  const kind = say(language, `travel.${source ?? "detour"}`);
  return say(language, "travel.way", { minutes: Math.round(estimateMs / 60_000), kind });
}

/** What is not certain about a responder: said wherever its name or its way is. */
export function doubtsOf(language: Language, { certainty, position }: Responder): string[] {
  const km = Math.round(position.accuracyM / 1000);
  return [
    ...(certainty === "confirmed" ? [] : [say(language, `certainty.${certainty}`)]),
    ...(km >= 1 ? [say(language, "position.approximate", { km })] : []),
  ];
}

function both(render: (language: Language) => string): Text {
  return { zh: render("zh"), en: render("en") };
}
