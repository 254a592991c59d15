/**
 * The plain status page: server-rendered, no script, readable on anything. The real screens come
 * with the desk and the phone; this one stays as what works when nothing else does.
 */
import type { Alarm } from "#rules/alarm/alarm.ts";
import { holdOf } from "#rules/alarm/lifecycle.ts";
import { formatDateTime, formatDuration } from "#rules/calendar.ts";
import type { Order } from "#rules/dispatch/order.ts";
import type { World } from "#rules/draft.ts";
import { causeCodes, foundCodes, lookWays } from "#rules/incident/incident.ts";
import { colourInForce, deviceKey } from "#rules/inventory.ts";
import {
  accessText,
  alarmText,
  doubtsOf,
  type Language,
  priorityText,
  promptText,
  say,
  wayText,
} from "#rules/text/render.ts";
import type { Session } from "../identity/sessions.ts";
import type { RecordingState } from "../recording.ts";
import type { OpenIncident, Overview } from "../views/overview.ts";
import { words } from "./words.ts";

export type PageOptions = {
  readonly language: Language;
  readonly session: Session;
  readonly overview: Overview;
  readonly world: World;
  readonly recording: RecordingState;
  readonly now: number;
  /** What the last command was refused for. */
  readonly refusal: string | null;
};

/** A text that is safe inside an element and inside a quoted attribute. */
export function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replace(/[&<>"']/g, (char) => entities[char] ?? char);
}

export function layout(language: Language, title: string, body: string, refresh = false): string {
  const again = refresh ? '<meta http-equiv="refresh" content="3">' : "";
  return `<!doctype html>
<html lang="${language === "zh" ? "zh-CN" : "en"}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
${again}<title>${escapeHtml(title)}</title><link rel="stylesheet" href="/style.css"></head>
<body>${body}</body></html>
`;
}

export function statusPage(o: PageOptions): string {
  const w = words[o.language];
  const { incidents, position } = o.overview;
  const alarms = o.overview.alarms.filter((alarm) => holdOf(alarm) === null);
  const held = o.overview.alarms.filter((alarm) => holdOf(alarm) !== null);
  const other = o.language === "zh" ? "en" : "zh";
  const body = [
    `<header><h1>firelink</h1><p>${time(o, o.now)} · ${w.position} ${position} · ${escapeHtml(o.session.person.name)}</p>
<nav><a href="/plain?lang=${other}">${w.otherLanguage}</a>${form(o, "/sign-out", {}, w.signOut)}</nav></header>`,
    o.world.inventory.district.demonstration ? `<p class="demo">${w.demonstration}</p>` : "",
    recordingBanner(o),
    o.refusal === null
      ? ""
      : `<p class="refusal" role="alert">${w.refused}: ${escapeHtml(o.refusal)}</p>`,
    `<main><h2>${w.incidents} (${incidents.length})</h2>`,
    incidents.length === 0 ? `<p class="none">${w.noIncident}</p>` : "",
    ...incidents.map((incident) => incidentCard(o, incident)),
    `<h2>${w.otherAlarms} (${alarms.length})</h2>`,
    alarms.length === 0 ? `<p class="none">${w.noAlarm}</p>` : alarmTable(o, alarms),
    held.length === 0 ? "" : `<h2>${w.held} (${held.length})</h2>${alarmTable(o, held)}`,
    `</main><footer><p>${w.watchesOnly}</p></footer>`,
  ];
  return layout(o.language, titleOf(o), body.join("\n"), true);
}

function titleOf(o: PageOptions): string {
  const open = o.overview.incidents.length;
  return open > 0 ? `(${open}) firelink` : "firelink";
}

function recordingBanner(o: PageOptions): string {
  const { recording, reason, waitingMs, unrecorded, unrecordedCount } = o.recording;
  if (recording) return "";
  const w = words[o.language];
  const items = unrecorded.map(
    (p) => `<li>${w.notOnDisk}: ${escapeHtml(`${p.site}/${p.device}`)} ${time(o, p.at)}</li>`,
  );
  return `<section class="banner" role="alert"><strong>${w.notRecording}</strong>
${formatDuration(waitingMs)} ${escapeHtml(reason ?? "")} (${unrecordedCount})<ul>${items.join("")}</ul></section>`;
}

function incidentCard(o: PageOptions, { incident, alarms, orders }: OpenIncident): string {
  const { language } = o;
  const w = words[language];
  const [first] = alarms;
  const prompts = incident.prompts.map(
    (p) => `<li>${time(o, p.at)} ${escapeHtml(promptText(language, p.code, o.world))}</li>`,
  );
  return `<article class="${incident.priority}">
<h3>${badge(language, incident.priority, first)} ${incident.number} ${first ? escapeHtml(alarmText(language, first, o.world)) : ""}</h3>
<p>${time(o, incident.openedAt)} · ${w.lasting} ${formatDuration(o.now - incident.openedAt)} ·
${say(language, `verification.${incident.verification}`)} · ${say(language, `response.${incident.response}`)}</p>
${first ? placeLine(o, first) : ""}
${prompts.length > 0 ? `<ul class="prompts" role="alert">${prompts.join("")}</ul>` : ""}
${alarmTable(o, alarms)}
${orderTable(o, orders)}
<div class="actions">${verifyForm(o, incident.id)}</div></article>`;
}

/** What a crew asks next: the way in, the cameras, the site's code, who is on the micro station. */
function placeLine(o: PageOptions, alarm: Alarm): string {
  const { language } = o;
  const w = words[language];
  const { sites, devices } = o.world.inventory;
  const cameras = devices.get(deviceKey(alarm.site, alarm.device))?.cameras ?? [];
  const links = cameras.map(
    ({ name, url }) => `<a href="${escapeHtml(url)}">${escapeHtml(name ?? w.camera)}</a>`,
  );
  const code = sites.get(alarm.site)?.code;
  const isUnknown = code === undefined || code.colour === "unknown";
  const colour = isUnknown ? w.codeUnknown : w[`code-${colourInForce(code)}`];
  const parts = [
    escapeHtml(accessText(language, alarm, o.world)),
    links.length > 0 ? `${w.camera}: ${links.join(", ")}` : "",
    escapeHtml(code?.reason ? `${colour} (${code.reason}, ${code.since ?? "?"})` : colour),
  ];
  return `<p>${parts.filter(Boolean).join(" · ")}</p>`;
}

function alarmTable(o: PageOptions, alarms: readonly Alarm[]): string {
  const w = words[o.language];
  const rows = alarms.map((alarm) => {
    const marks = alarm.marks.map((m) => `<b class="mark">${say(o.language, `mark.${m}`)}</b>`);
    const unknown = alarm.condition === "unknown" ? say(o.language, "condition.unknown") : "";
    const unheard = alarm.outage?.unheardCount
      ? `${w.unheard}: ${alarm.outage.unheardCount} (${escapeHtml(alarm.outage.unheard.slice(0, 5).join(", "))})`
      : "";
    return `<tr><td>${badge(o.language, alarm.priority, alarm)}</td>
<td>${escapeHtml(alarmText(o.language, alarm, o.world))} ${marks.join(" ")} ${unknown} ${unheard}</td>
<td>${time(o, alarm.raisedAt)}</td><td>${alarm.presses > 1 ? `×${alarm.presses}` : ""}</td>
<td>${say(o.language, `alarm-state.${alarm.state}`)}</td><td>${alarmActions(o, alarm)}</td></tr>`;
  });
  return `<table><thead><tr><th>${w.priority}</th><th>${w.what}</th><th>${w.at}</th><th>${w.presses}</th>
<th>${w.state}</th><th></th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

function alarmActions(o: PageOptions, alarm: Alarm): string {
  const w = words[o.language];
  if (alarm.outage && alarm.state !== "normal") {
    const command = { command: "close-outage", alarm: alarm.id, checkedAtPanel: "true" };
    return form(o, "/command", command, w.checkedAtPanel);
  }
  if (alarm.state === "unacknowledged" || alarm.state === "returned-unacknowledged") {
    return form(o, "/command", { command: "acknowledge", alarm: alarm.id }, w.acknowledge);
  }
  if (alarm.state === "acknowledged" && alarm.latched) {
    return form(o, "/command", { command: "reset", alarm: alarm.id }, w.reset);
  }
  return "";
}

function orderTable(o: PageOptions, orders: readonly Order[]): string {
  const w = words[o.language];
  const rows = orders.map((order) => {
    const responder = o.world.inventory.responders.get(order.station);
    const name = responder ? responder.name[o.language] : order.station;
    const doubts = responder ? doubtsOf(o.language, responder).join(", ") : "";
    const way = wayText(o.language, order) ?? w.wayUnknown;
    const delivered = order.deliveredRevision >= order.revision;
    const state = say(o.language, delivered ? "order.delivered" : "order.not-delivered");
    const open = !["returned", "recalled", "refused"].includes(order.state);
    const recall = { command: "recall", order: order.id, reason: "not-needed" };
    const crew = responder?.roster?.length ? ` · ${responder.roster.length} ${w.people}` : "";
    return `<tr><td>${order.station}</td><td>${escapeHtml(doubts ? `${name} (${doubts})` : name)}${crew}</td><td>${way}</td>
<td>${say(o.language, `order-reason.${order.why}`)}</td><td>${state}</td>
<td>${say(o.language, `order-state.${order.state}`)}</td>
<td>${open ? form(o, "/command", recall, w.recall) : ""}</td></tr>`;
  });
  return `<table><thead><tr><th>${w.station}</th><th></th><th>${w.travel}</th><th>${w.why}</th>
<th>${w.delivery}</th><th>${w.state}</th><th></th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

function verifyForm(o: PageOptions, incident: string): string {
  const w = words[o.language];
  const verify = (result: string, label: string): string =>
    form(o, "/command", { command: "verify", incident, result }, label);
  return [
    verify("verifying", w.verifying),
    verify("confirmed", w.confirm),
    verify("undetermined", w.undetermined),
    `<a class="button" href="/false-alarm?incident=${incident}">${w.falseAlarm}…</a>`,
    form(o, "/command", { command: "order-everybody", incident }, w.everybody),
  ].join("");
}

/** A page of its own, which does not reload while somebody is choosing. */
export function falseAlarmPage(o: PageOptions, incident: string): string {
  const w = words[o.language];
  const causes = causeCodes.map(
    (code) => `<option value="${code}">${code} ${say(o.language, `cause.${code}`)}</option>`,
  );
  const options = (codes: readonly string[], of: string): string =>
    codes
      .map((code) => `<option value="${code}">${say(o.language, `${of}.${code}`)}</option>`)
      .join("");
  const body = `<main class="sign-in"><h1>${w.falseAlarm}</h1><form method="post" action="/command">
<input type="hidden" name="token" value="${o.session.formToken}"><input type="hidden" name="command" value="verify">
<input type="hidden" name="incident" value="${escapeHtml(incident)}"><input type="hidden" name="result" value="false">
<label>${w.cause}<select name="cause" required>${causes.join("")}</select></label>
<label>${w.look}<select name="how" required>${options(lookWays, "look")}</select></label>
<label>${w.witness}<input name="witness" placeholder="P-…" pattern="P-[A-Za-z0-9_-]{1,30}"></label>
<label>${w.arrived}<input name="arrivedMinAgo" type="number" min="0" max="600" value="0"></label>
<label>${w.found}<select name="found" required>${options(foundCodes, "found")}</select></label>
<label><input name="ask" type="checkbox" value="yes"> ${w.askLeader}</label>
<button>${w.falseAlarm}</button></form><p><a href="/plain">${w.back}</a></p></main>`;
  return layout(o.language, w.falseAlarm, body);
}

function form(
  o: PageOptions,
  action: string,
  fields: Readonly<Record<string, string>>,
  label: string,
): string {
  const hidden = Object.entries({ ...fields, token: o.session.formToken })
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`)
    .join("");
  return `<form method="post" action="${action}">${hidden}<button>${escapeHtml(label)}</button></form>`;
}

/** As on the desk: square, triangle, hexagon, diamond, circle, ring. */
const shapes = { P0: "■", P1: "▲", "P1-other": "⬢", P2: "◆", P3: "●", P4: "○" } as const;

/** Word, shape and colour: a priority is never a colour alone (DESIGN §5). */
function badge(language: Language, priority: Alarm["priority"], alarm: Alarm | undefined): string {
  const of = alarm?.class ?? "fire";
  const mark = priority === "P1" && of !== "fire" ? "P1-other" : priority;
  const text = priorityText(language, priority, of);
  return `<span class="badge ${mark}">${shapes[mark]} ${text}</span>`;
}

function time(o: PageOptions, at: number): string {
  return formatDateTime(at, o.world.settings.utcOffsetMin);
}

export function signInPage(language: Language, message: string | null): string {
  const w = words[language];
  const other = language === "zh" ? "en" : "zh";
  return layout(
    language,
    "firelink",
    `<main class="sign-in"><h1>firelink</h1>${message ? `<p class="refusal" role="alert">${escapeHtml(message)}</p>` : ""}
<form method="post" action="/sign-in?lang=${language}"><label>${w.name}<input name="name" autocomplete="username" required autofocus></label>
<label>${w.password}<input name="password" type="password" autocomplete="current-password" required></label>
<button>${w.signIn}</button></form><p><a href="/sign-in?lang=${other}">${w.otherLanguage}</a></p></main>`,
  );
}

export const style = `
:root { color-scheme: light dark; --line: #8884; }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, "Noto Sans CJK SC", sans-serif; margin: 0; padding: 0 1rem 2rem; }
header { display: flex; flex-wrap: wrap; gap: 1rem; align-items: baseline; border-bottom: 1px solid var(--line); }
header h1 { margin: .5rem 0; font-size: 1.3rem; } header nav { margin-left: auto; display: flex; gap: 1rem; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; } th, td { text-align: left; padding: .25rem .5rem; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; font-size: .85rem; } form { display: inline; }
.button { border: 1px solid; padding: .3rem .8rem; text-decoration: none; color: inherit; }
button { font: inherit; padding: .3rem .8rem; min-height: 2.2rem; cursor: pointer; }
.answers form { display: block; } .answers button { width: 100%; min-height: 4rem; margin: .4rem 0; font-size: 1.4rem; } .answers [aria-pressed] { font-weight: 700; border: 3px solid; }
article { border: 1px solid var(--line); border-left: 6px solid #b45309; padding: .5rem 1rem; margin: 1rem 0; }
article.P0 { border-left-color: #b91c1c; } article h3 { margin: .25rem 0; }
.badge { display: inline-block; padding: 0 .5rem; border-radius: .25rem; color: #fff; background: #4b5563; white-space: nowrap; }
.badge.P0 { background: #b91c1c; } .badge.P1 { background: #b91c1c; } .badge.P1-other { background: #b45309; } .badge.P2 { background: #6d28d9; } .badge.P3 { background: #1d4ed8; }
.prompts { background: #fde68a; color: #000; padding: .5rem 2rem; margin: .5rem 0; font-weight: 600; }
.demo { background: #1d4ed8; color: #fff; padding: .25rem 1rem; margin: .5rem 0; font-weight: 600; }
.banner { background: #b91c1c; color: #fff; padding: .75rem 1rem; margin: 1rem 0; }
.refusal { background: #fee2e2; color: #7f1d1d; padding: .5rem 1rem; } .mark { border: 1px solid; padding: 0 .25rem; font-size: .85rem; }
.actions { display: flex; flex-wrap: wrap; gap: .5rem; margin: .5rem 0; } .none { opacity: .7; }
.sign-in { max-width: 22rem; margin: 10vh auto; } .sign-in label { display: block; margin: .75rem 0; } .sign-in input, .sign-in select { display: block; width: 100%; font: inherit; padding: .5rem; }
`;
