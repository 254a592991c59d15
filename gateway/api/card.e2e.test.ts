/** The emergency card as a printer gets it: real Chromium makes the sheets, the demo fills them. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page, Browser as Program } from "playwright-core";
import { emptyInventory } from "#rules/inventory.ts";
import { indexInventory } from "#rules/inventory-index.ts";
import type { Language } from "#rules/text/render.ts";
import { demoInventory } from "../demo.ts";
import { launchChromium, needsChromium } from "../testing/chromium.ts";
import { type CardOptions, emergencyCard } from "./card.ts";

const inventory = demoInventory();
const languages: readonly Language[] = ["zh", "en"];
let chromium: Program;
let page: Page;

before(async () => {
  if (needsChromium) return;
  chromium = await launchChromium();
  page = await chromium.newPage();
});

after(() => (needsChromium ? undefined : chromium.close()));

function card(language: Language, more: Partial<CardOptions> = {}): string {
  return emergencyCard({
    language,
    inventory: indexInventory(inventory),
    hash: "0123456789abcdef",
    position: 1234,
    // The longest that fits a telephone, and a name as long as names are.
    staffOf: (id) => ({ id, name: "欧阳建国", role: "duty-leader", phone: "0575-81234567-1234" }),
    now: 1_700_000_000_000,
    utcOffsetMin: 480,
    ...more,
  });
}

async function sheets(html: string): Promise<number> {
  await page.setContent(html);
  const pdf = await page.pdf({ preferCSSPageSize: true });
  return pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0;
}

/** What stands over the edge of the paper, or of its own cell, at the width that is printed. */
async function cutOff(html: string): Promise<string[]> {
  await page.emulateMedia({ media: "print" });
  // A4 less both margins, at 96 dots an inch.
  await page.setViewportSize({ width: Math.round((186 / 25.4) * 96), height: 1000 });
  await page.setContent(html);
  return page.evaluate(`(() => {
    const edge = document.documentElement.clientWidth + 0.5;
    return [...document.querySelectorAll("main *")]
      .filter((e) => e.getBoundingClientRect().right > edge || e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0)
      .map((e) => e.tagName + " " + e.textContent.slice(0, 40));
  })()`) as Promise<string[]>;
}

for (const language of languages) {
  test(`PC-1: the card fits two sheets of A4 and nothing is cut off (${language})`, {
    skip: needsChromium,
  }, async () => {
    const html = card(language);
    assert.ok((await sheets(html)) <= 2, "more than two sheets");
    assert.deepEqual(await cutOff(html), []);
  });
}

test("PC-1: a district with 2,000 stations still fits two sheets, and says how many are missing", {
  skip: needsChromium,
}, async () => {
  const [first] = inventory.responders;
  assert.ok(first);
  const responders = Array.from({ length: 2000 }, (_, i) => ({
    ...first,
    id: `KQ-${i}`,
    kind: (["rescue", "micro", "brigade"] as const)[i % 3] ?? "rescue",
  }));
  for (const language of languages) {
    const html = card(language, { inventory: indexInventory({ ...inventory, responders }) });
    assert.ok((await sheets(html)) <= 2, `${language}: more than two sheets`);
    assert.match(html, language === "zh" ? /另有 643 个未列出/ : /643 more are not listed/);
  }
});

test("PC-2: every station of the demo stands on it with its number, and who decides in doubt", () => {
  const zh = card("zh");
  assert.match(zh, /平台失效时以火灾报警控制器为准/);
  assert.match(zh, /由值班员拨打/);
  // Sheets are parted: each table says by itself that its numbers are invented.
  assert.equal(zh.match(/<th>电话 【演示】<\/th>/g)?.length, zh.match(/<table>/g)?.length);
  for (const { id, certainty } of inventory.responders) {
    if (certainty !== "placeholder") assert.ok(zh.includes(`<td>${id}</td>`), id);
  }
  assert.equal(zh.match(/0575-81234567-1234/g)?.length, new Set(withPhone()).size);
});

/** Rows of the card that have somebody to phone: those with a roster, and sites with a contact. */
function withPhone(): string[] {
  return [
    ...inventory.responders.filter((r) => (r.roster ?? []).length > 0).map(({ id }) => id),
    ...inventory.sites.filter((site) => site.contact24h !== undefined).map(({ id }) => id),
  ];
}

test("PC-3: a name of the inventory is text and never markup; without an inventory there is a card", () => {
  const evil = "<script>alert(1)</script>";
  const html = card("zh", {
    staffOf: (id) => ({ id, name: evil, role: "duty-leader", phone: evil }),
    inventory: indexInventory({
      ...inventory,
      sites: inventory.sites.map((site) => ({ ...site, name: { zh: evil, en: evil } })),
    }),
  });
  assert.ok(!html.includes("<script"), "markup from a name");
  const bare = card("en", { inventory: indexInventory(emptyInventory), hash: null });
  assert.match(bare, /no inventory imported/);
  assert.match(bare, /What to tell 119/);
});
