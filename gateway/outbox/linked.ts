/**
 * What linkage tells devices and webhooks: at least once, each command with the id of its run, which a
 * device that has done it says back. Only kinds that sound, speak, show or look are told (law 1): the
 * check of the inventory says so, and it is asked here once more.
 */
import { commandsOfKind } from "#devices/kinds.ts";
import type { World } from "#rules/draft.ts";
import { deviceKey, type LinkageRow } from "#rules/inventory.ts";
import type { LinkageRun } from "#rules/linkage/linkage.ts";
import type { State } from "#rules/state.ts";
import { fill, placeText, ruleText } from "#rules/text/render.ts";
import type { Topics } from "../identity/topics.ts";
import type { Message } from "./formats.ts";
import type { Webhooks } from "./webhook.ts";

export type LinkedOptions = {
  readonly state: State;
  readonly world: (state: State, inventory?: string | null) => World;
  readonly topics: Topics;
  readonly send: (topic: string, message: object, tag: string) => void;
  readonly webhooks: Webhooks;
  readonly done: (linkage: string) => void;
};

/** What ends a command; of the others nothing lasts. */
const endsWith: Readonly<Record<string, "silence">> = {
  siren: "silence",
  speak: "silence",
  display: "silence",
};

const mostConfirmed = 10_000;

export class LinkedThings {
  readonly #o: LinkedOptions;
  /** Runs whose command, or whose end, a device's client has confirmed. */
  readonly #confirmed = new Set<string>();

  constructor(options: LinkedOptions) {
    this.#o = options;
  }

  resend(): void {
    for (const run of this.#o.state.linkages.values()) this.send(run.id);
  }

  send(id: string): void {
    const run = this.#o.state.linkages.get(id);
    if (!run) return;
    if (run.state === "due" && run.feedback !== "done") this.#tell(run);
    if (run.state === "ended") this.#end(run);
  }

  /** A device is there (again): what it may have missed. */
  connected(site: string, device: string): void {
    for (const run of this.#o.state.linkages.values()) {
      if (run.site !== site || deviceOf(run) !== device || run.state !== "due") continue;
      this.#confirmed.delete(run.id);
      this.send(run.id);
    }
  }

  /** The PUBACK of a device's client: it has the command; that it was done, it must say itself. */
  confirmed(tag: string): void {
    // Forgotten, a command is sent once more: its receiver knows it by its id.
    if (this.#confirmed.size >= mostConfirmed) this.#confirmed.clear();
    this.#confirmed.add(tag);
  }

  #tell(run: LinkageRun): void {
    if (this.#confirmed.has(run.id)) return;
    const world = this.#o.world(this.#o.state, run.inventory);
    const row = world.inventory.linkageOf(run.site).find(({ id }) => id === run.row);
    if (!row?.command) return;
    if (row.endpoint !== undefined) return this.#post(run, row, world);
    if (row.device === undefined || !mayBeTold(world, row)) return;
    const { site, device, command: cmd, preset } = row;
    const more = preset === undefined ? {} : { preset };
    const message = { v: 1, cmd, linkage: run.id, ...this.#said(run, row, world), ...more };
    this.#o.send(this.#o.topics.cmd(site, device), message, run.id);
  }

  /** Another fire of the site may still need the siren: it is not silenced over its head. */
  #end(run: LinkageRun): void {
    const { state, topics, send } = this.#o;
    const tag = `${run.id}:end`;
    const device = deviceOf(run);
    const cmd = endsWith[run.command ?? ""];
    if (this.#confirmed.has(tag) || device === null || cmd === undefined) return;
    for (const other of state.linkages.values()) {
      const isSame = other.site === run.site && deviceOf(other) === device;
      if (isSame && other.state === "due") return;
    }
    send(topics.cmd(run.site, device), { v: 1, cmd, linkage: run.id }, tag);
  }

  #post(run: LinkageRun, row: LinkageRow, world: World): void {
    const { state, webhooks, done } = this.#o;
    webhooks.send({
      endpoint: row.endpoint ?? "",
      key: run.id,
      message: () => {
        if (state.linkages.get(run.id)?.state !== "due") return null;
        const { say } = this.#said(run, row, world);
        const { command, preset } = row;
        const { site, alarm, incident } = run;
        const body = { v: 1, linkage: run.id, command, site, alarm, incident, say, preset };
        return { text: say?.zh ?? `${row.command}`, body } satisfies Message;
      },
      done: (how) => {
        if (how === "delivered") done(run.id);
      },
    });
  }

  #said(run: LinkageRun, { say }: LinkageRow, world: World) {
    const alarm = this.#o.state.alarms.get(run.alarm);
    if (say === undefined) return {};
    const parameters = (language: "zh" | "en") =>
      alarm
        ? { place: placeText(language, alarm, world), rule: ruleText(language, alarm, world) }
        : { place: run.site, rule: "" };
    return { say: { zh: fill(say.zh, parameters("zh")), en: fill(say.en, parameters("en")) } };
  }
}

function deviceOf({ target }: LinkageRun): string | null {
  return "device" in target ? target.device : null;
}

function mayBeTold({ inventory }: World, { site, device = "", command }: LinkageRow): boolean {
  const { kind = "" } = inventory.devices.get(deviceKey(site, device)) ?? {};
  const able = Object.hasOwn(commandsOfKind, kind) ? commandsOfKind[kind] : undefined;
  return command !== undefined && (able?.includes(command) ?? false);
}
