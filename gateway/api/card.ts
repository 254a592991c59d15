/**
 * `/print/emergency-card`: what must hang beside the desk on paper for the hour in which the platform
 * is gone. Rendered by the server, no script, one or two pages of A4 whatever the district's size.
 */
import type { FastifyInstance } from "fastify";
import Type from "typebox";
import { formatDateTime } from "#rules/calendar.ts";
import { isInService, type Responder, type Text } from "#rules/inventory.ts";
import type { InventoryIndex } from "#rules/inventory-index.ts";
import { doubtsOf, type Language } from "#rules/text/render.ts";
import type { Gateway } from "../gateway.ts";
import type { StaffRow } from "../identity/people.ts";
import { cardWords } from "./card-words.ts";
import { escapeHtml } from "./page.ts";

/** Two pages hold so many rows of each kind; a paper with more is a telephone book. */
const most = { rescue: 24, micro: 6, brigade: 4, sites: 3 } as const;
/** Rows of the inventory that are looked at: a district of 100,000 responders is no paper. */
const mostLookedAt = 2000;
/** Who of a roster answers the telephone, in this order. */
const leading = ["duty-leader", "station-leader"];
const shortHash = 12;

const query = Type.Object(
  { lang: Type.Optional(Type.Enum(["zh", "en"])) },
  { additionalProperties: false },
);

export type CardOptions = {
  readonly language: Language;
  readonly inventory: InventoryIndex;
  readonly hash: string | null;
  readonly position: number;
  readonly staffOf: (id: string) => StaffRow | null;
  readonly now: number;
  readonly utcOffsetMin: number;
};

export function cardRoutes(server: FastifyInstance, gateway: Gateway): void {
  const route = {
    schema: { hide: true, querystring: query },
    config: { action: "read-contacts" },
  } as const;
  server.get("/print/emergency-card", route, async (request, reply) => {
    const { lang } = request.query as { lang?: Language };
    const { state } = gateway.committed;
    const { inventory, settings } = gateway.artefacts.world(state);
    const card = emergencyCard({
      language: lang ?? "zh",
      inventory,
      hash: state.adopted.inventory,
      position: state.position,
      staffOf: (id) => gateway.door.people.staffOf(id),
      now: gateway.clock.now(),
      utcOffsetMin: settings.utcOffsetMin,
    });
    // Its style stands in the page: the card must print the same when it was saved as a file.
    return reply
      .header("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'")
      .type("text/html; charset=utf-8")
      .send(card);
  });
}

export function emergencyCard(o: CardOptions): string {
  const w = cardWords[o.language];
  const { district } = o.inventory;
  const groups = groupsOf(o.inventory);
  const other = o.language === "zh" ? "en" : "zh";
  return `<!doctype html>
<html lang="${o.language === "zh" ? "zh-CN" : "en"}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${w.title} · ${escapeHtml(district.name[o.language])}</title><style>${style}</style></head>
<body><nav><a href="/">${w.back}</a><a href="?lang=${other}">${w.other}</a><span>${w.print}</span></nav>
<main><header><h1>${w.title}</h1><p>${escapeHtml(district.name[o.language])}</p></header>
${district.demonstration ? `<p class="demo">${w.demo}</p>` : ""}
<p class="first">${w.panelFirst}</p>
<section class="two"><div><h2>${w.steps}</h2><p>${w.noPower}</p>
<ol>${w.stepList.map((step) => `<li>${step}</li>`).join("")}</ol></div>
<div class="tell"><h2>${w.tell119}</h2><dl>${blanks(Object.values(w.tell))}</dl><p>${w.hangUp}</p></div></section>
${responders(o, w.stations, groups.rescue)}
${responders(o, w.micro, groups.micro)}
${responders(o, w.brigades, groups.brigade)}
${sites(o)}
<footer><p>${w.replace} ${w.approximate}</p><p>${stamp(o)}</p></footer></main></body></html>
`;
}

function blanks(labels: readonly string[]): string {
  return labels.map((label) => `<div><dt>${label}</dt><dd></dd></div>`).join("");
}

/** What tells two cards apart: when it was printed, and of which inventory. */
function stamp(o: CardOptions): string {
  const w = cardWords[o.language];
  return [
    `${w.printedAt} ${formatDateTime(o.now, o.utcOffsetMin)}`,
    o.hash === null ? w.noInventory : `${w.inventory} <code>${o.hash.slice(0, shortHash)}</code>`,
    `${w.position} ${o.position}`,
  ].join(" · ");
}

type Group = { readonly shown: readonly Responder[]; readonly more: number };

/** Who exists, by kind: a placeholder has nobody who could answer. */
function groupsOf(inventory: InventoryIndex): Readonly<Record<Responder["kind"], Group>> {
  const lists: Record<Responder["kind"], Responder[]> = { rescue: [], micro: [], brigade: [] };
  let looked = 0;
  for (const responder of inventory.responders.values()) {
    looked += 1;
    if (looked > mostLookedAt) break;
    if (responder.certainty !== "placeholder") lists[responder.kind].push(responder);
  }
  const unseen = Math.max(0, inventory.responders.size - mostLookedAt);
  return {
    rescue: firstOf(lists.rescue, most.rescue, unseen),
    micro: firstOf(lists.micro, most.micro, 0),
    brigade: firstOf(lists.brigade, most.brigade, 0),
  };
}

function firstOf(list: readonly Responder[], count: number, unseen: number): Group {
  const sorted = [...list].sort((a, b) => (a.id < b.id ? -1 : 1));
  return { shown: sorted.slice(0, count), more: Math.max(0, list.length - count) + unseen };
}

function responders(o: CardOptions, title: string, { shown, more }: Group): string {
  const w = cardWords[o.language];
  const head = [w.id, w.name, phoneHead(o), w.person, w.notes];
  const rows = shown.map((responder) => {
    const person = leaderOf(o, responder.roster ?? []);
    return [
      responder.id,
      escapeHtml(responder.name[o.language]),
      phoneCell(o, person),
      escapeHtml(person?.name ?? ""),
      notesOf(o, responder).join(" · "),
    ];
  });
  return table(o, { title, head, rows, more, className: "responders" });
}

function leaderOf(o: CardOptions, roster: readonly string[]): StaffRow | null {
  const people = roster.flatMap((id) => o.staffOf(id) ?? []);
  const leader = leading.flatMap((role) => people.find((person) => person.role === role) ?? [])[0];
  return leader ?? people.find((person) => person.phone !== undefined) ?? null;
}

/** Repeated on each sheet: sheets are parted, and an invented number must say so on its own. */
function phoneHead({ language, inventory }: CardOptions): string {
  const w = cardWords[language];
  return inventory.district.demonstration ? `${w.phone} ${w.demoMark}` : w.phone;
}

/** A line to write on, where there is no number: paper can be completed by hand. */
function phoneCell(o: CardOptions, person: StaffRow | null): string {
  const { noPhone } = cardWords[o.language];
  if (person?.phone) return `<b class="phone">${escapeHtml(person.phone)}</b>`;
  return `<span class="blank">${noPhone}</span>`;
}

function notesOf(o: CardOptions, responder: Responder): string[] {
  const w = cardWords[o.language];
  return [
    ...(isInService(responder) ? [] : [`<b>${w.notInService}</b>`]),
    ...(responder.authority === "notify" ? [w.notify] : []),
    ...(responder.authority === "via-119" ? [w.via119] : []),
    ...doubtsOf(o.language, responder).map(escapeHtml),
  ];
}

function sites(o: CardOptions): string {
  const w = cardWords[o.language];
  const { sites, responders } = o.inventory;
  // A station is a site as well, for the box that stands in it; it has its row above.
  const others = [...sites.values()].filter(({ id }) => responders.get(id) === undefined);
  const shown = others.slice(0, most.sites);
  const name = (text: Text) => escapeHtml(text[o.language]);
  const rows = shown.map((site) => {
    const person = site.contact24h === undefined ? null : o.staffOf(site.contact24h);
    const ways = [
      ...(site.gates ?? []).map((gate) => name(gate.name)),
      ...(site.keyBoxes ?? []).map((box) => `${w.keyBox}${name(box.name)}`),
    ];
    return [
      name(site.name),
      ways.join(o.language === "zh" ? "、" : ", "),
      escapeHtml(person?.name ?? ""),
      phoneCell(o, person),
    ];
  });
  const more = others.length - shown.length;
  const head = [w.name, w.gates, w.contact, phoneHead(o)];
  return table(o, { title: w.sites, head, rows, more, className: "sites" });
}

type Table = {
  readonly title: string;
  readonly head: readonly string[];
  /** Cells are HTML already. */
  readonly rows: readonly (readonly string[])[];
  readonly more: number;
  readonly className: string;
};

function table(o: CardOptions, { title, head, rows, more, className }: Table): string {
  const w = cardWords[o.language];
  const cells = (list: readonly string[], tag: string) =>
    list.map((cell) => `<${tag}>${cell}</${tag}>`).join("");
  const body =
    rows.length === 0
      ? `<tr><td colspan="${head.length}">${w.none}</td></tr>`
      : rows.map((row) => `<tr>${cells(row, "td")}</tr>`).join("\n");
  const rest = more === 0 ? "" : `<p>${w.more.replace("{n}", String(more))}</p>`;
  return `<section class="${className}"><table><caption>${title}</caption><thead><tr>${cells(head, "th")}</tr></thead>
<tbody>${body}</tbody></table>${rest}</section>`;
}

/** Black on white, millimetres and points: this is paper, the screen only shows it. */
const style = `
@page { size: A4; margin: 11mm 12mm 12mm; }
* { box-sizing: border-box; }
html { background: #e4e5e7; }
body { margin: 0; color: #000; font: 9.5pt/1.35 "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC",
  "PingFang SC", "Microsoft YaHei", system-ui, sans-serif; }
main { width: 210mm; margin: 6mm auto; padding: 11mm 12mm; background: #fff; }
nav { display: flex; gap: 1.5em; justify-content: center; padding: 8px; font-size: 11pt; }
header { display: flex; justify-content: space-between; align-items: baseline; border-bottom: 1.2mm solid #000; }
h1 { margin: 0; font-size: 20pt; line-height: 1.3; }
header p { margin: 0; font-size: 12pt; }
.demo { margin: 2mm 0 0; font-weight: 700; text-align: center; border: 0.3mm dashed #000; padding: 0.5mm; }
.first { margin: 2.5mm 0; padding: 1.6mm; border: 0.8mm solid #000; font-size: 15pt; font-weight: 700; text-align: center; }
.two { display: grid; grid-template-columns: 5fr 7fr; gap: 5mm; margin-bottom: 2.5mm; }
h2, caption { margin: 0 0 1mm; font-size: 12pt; font-weight: 700; text-align: left; }
p { margin: 0 0 1mm; }
ol { margin: 0; padding-left: 5mm; }
li { margin-bottom: 1mm; }
.tell { border: 0.3mm solid #000; padding: 2mm 3mm; }
dl { margin: 0; }
dl div { display: flex; align-items: flex-end; min-height: 6.4mm; }
dt { white-space: nowrap; }
.tell p { margin: 1.5mm 0 0; }
dd { flex: 1; margin: 0 0 0.8mm 2mm; border-bottom: 0.2mm solid #000; }
table { width: 100%; border-collapse: collapse; }
section.responders, section.sites { margin-top: 3mm; }
caption, thead { break-after: avoid; }
tr { break-inside: avoid; }
th, td { padding: 0.4mm 1.6mm; line-height: 1.15; border: 0.2mm solid #777; text-align: left; vertical-align: middle; }
th { background: #eee; font-weight: 600; white-space: nowrap; }
.responders th:nth-child(1) { width: 22mm; }
.responders th:nth-child(3) { width: 34mm; }
.responders th:nth-child(4) { width: 28mm; }
.responders td:first-child { white-space: nowrap; }
.responders td:nth-child(4) { white-space: nowrap; }
.responders td:nth-child(5) { font-size: 8.5pt; }
.phone { font-size: 12pt; white-space: nowrap; font-variant-numeric: tabular-nums; }
.blank { display: inline-block; min-width: 26mm; padding-left: 12mm; color: #555; font-size: 8pt; text-align: right; }
footer { margin-top: 3mm; padding-top: 1.5mm; border-top: 0.3mm solid #000; font-size: 8.5pt; break-inside: avoid; }
footer p { margin: 0; }
code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; }
@media print {
  html { background: #fff; }
  nav { display: none; }
  main { width: auto; margin: 0; padding: 0; }
  th { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
