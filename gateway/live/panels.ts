/**
 * What panels say of themselves (points with `panel` in their profile), from values to the inbox: each
 * change once. The rules know what was said before, so that a restart says nothing twice. What finds
 * no place in the inbox is said again after the next commit.
 */
import type { PanelNote } from "#rules/alarm/panel.ts";
import type { Profile } from "#rules/profile.ts";
import type { Sample } from "#rules/sample.ts";
import type { SignalBody } from "#rules/signal.ts";
import type { LiveDevice } from "./devices.ts";

type Said = SignalBody & { readonly kind: "panel" };

export class Panels {
  readonly #push: (body: SignalBody) => boolean;
  /** (device key + point) → the last value that the inbox has taken. */
  readonly #said = new Map<string, boolean | number>();
  readonly #owed = new Map<string, Said>();

  constructor(push: (body: SignalBody) => boolean) {
    this.#push = push;
  }

  take({ key, site, device, profile }: LiveDevice, samples: readonly Sample[]): void {
    const notes = notesOf(profile);
    if (notes.size === 0) return;
    for (const { point, value, quality, sourceTs: ts } of samples) {
      const note = notes.get(point);
      if (!note || quality !== "good" || value === null || typeof value === "string") continue;
      const of = `${key}#${point}`;
      if (this.#said.get(of) === value && !this.#owed.has(of)) continue;
      this.#say(of, { kind: "panel", site, device, point, note, value, ts });
    }
  }

  again(): void {
    for (const [of, said] of this.#owed) this.#say(of, said);
  }

  #say(of: string, said: Said): void {
    if (this.#push(said)) {
      this.#said.set(of, said.value);
      this.#owed.delete(of);
    } else this.#owed.set(of, said);
  }
}

const known = new WeakMap<Profile, ReadonlyMap<string, PanelNote>>();

function notesOf(profile: Profile): ReadonlyMap<string, PanelNote> {
  const found = known.get(profile);
  if (found) return found;
  const notes = new Map(
    profile.points.flatMap(({ id, panel }) => (panel ? [[id, panel] as const] : [])),
  );
  known.set(profile, notes);
  return notes;
}
