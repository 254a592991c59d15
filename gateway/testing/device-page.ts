/**
 * The page of a device in real Chromium, on a demo of its own, behind a cable that can be cut: what
 * the tests of pump rooms and warehouses begin with.
 */
import assert from "node:assert/strict";
import type { Page, Browser as Program } from "playwright-core";
import { Cable, launchChromium } from "./chromium.ts";
import { firelink, makeFolder, type Started, startGateway, until } from "./process.ts";

export class DevicePage {
  readonly #folder = makeFolder();
  readonly folder = this.#folder.path;
  readonly #device: string;
  /** What the page threw. */
  readonly faults: string[] = [];
  gateway!: Started;
  cable!: Cable;
  page!: Page;
  #chromium: Program | null = null;

  /** SITE/DEVICE. */
  constructor(device: string) {
    this.#device = device;
  }

  /** With an inventory it is no demo, but a gateway with that. */
  async open({ warehouse = false, inventory = "", env = {} } = {}): Promise<void> {
    if (inventory) {
      const did = firelink(this.folder, ["import", inventory]);
      assert.equal(did.status, 0, did.stderr);
    }
    const { folder } = this;
    this.gateway = await startGateway({ folder, demo: !inventory, warehouse, env });
    this.cable = new Cable(this.gateway.httpUrl);
    const url = await this.cable.start();
    this.#chromium = await launchChromium();
    const context = await this.#chromium.newContext({
      viewport: { width: 1440, height: 900 },
      locale: "zh-CN",
    });
    this.page = await context.newPage();
    this.page.on("pageerror", (error) => this.faults.push(error.message));
    await this.page.goto(`${url}/desk#device/${this.#device}`);
    await this.page.fill("input[name=name]", "admin");
    const password = /password (\S+)/.exec(this.gateway.stdout())?.[1] ?? "";
    await this.page.fill("input[name=password]", password);
    await this.page.click("button[type=submit]");
    await this.page.waitForSelector('.desk[data-link="live"]');
  }

  async close(): Promise<void> {
    await this.#chromium?.close();
    this.cable?.stop();
    await this.gateway?.kill();
    this.#folder.remove();
  }

  /** Waits until what stands there first is so. */
  shows(what: string, selector: string, pattern: RegExp, withinMs = 15_000): Promise<true> {
    const text = async () => (await this.page.locator(selector).first().textContent()) ?? "";
    return until(what, async () => (pattern.test(await text()) ? true : null), withinMs);
  }

  /**
   * Sends the open dialog by its button, and waits until it is gone. What it did may be told by the
   * stream before it is answered, and as long as a dialog stands, it has the keys.
   */
  async send(name: string): Promise<void> {
    await this.page.locator(".dialog-foot").getByRole("button", { name }).click();
    await this.page.locator(".dialog").waitFor({ state: "detached" });
  }

  fault(...words: string[]): void {
    const did = firelink(this.folder, ["simulate", "fault", this.#device, ...words]);
    assert.equal(did.status, 0, did.stderr);
  }

  /** Somebody sits there: a page that nobody touches gives way to a fire. Gives what ends it. */
  touch(): () => void {
    const hands = setInterval(() => void this.page.keyboard.press("Shift").catch(() => {}), 5000);
    return () => clearInterval(hands);
  }
}
