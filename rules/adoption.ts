/**
 * Which rules were in force when, and who adopted them: the last ones are kept in the state, for rolling
 * back and for whoever asks since when a rule is in force. All of them stand in the journal.
 */
import type { Recorded } from "./event.ts";
import type { AdoptReason } from "./reasons.ts";
import type { State } from "./state.ts";
import type { Writer } from "./writer.ts";

export type Adoption = {
  /** Of its event in the journal. */
  readonly position: number;
  readonly at: number;
  readonly by: string;
  readonly hash: string;
  readonly summary: Readonly<Record<string, number>>;
  /**
   * The packs of the house that were known then. Where they are what was adopted, the installation
   * follows the house: a new version of the program brings its rules.
   */
  readonly house: string | null;
  /** Why, where it was adopted from a screen. */
  readonly reason?: AdoptReason;
};

/** Adoptions that are kept in the state. */
const mostAdoptions = 100;
/** The actor of what the gateway does by itself at start: it adopts the house's packs. */
export const systemPerson = "P-system";

export function lastAdoption({ adoptions }: State): Adoption | undefined {
  return adoptions.at(-1);
}

export function evolveAdoption(
  state: State,
  event: Recorded & { type: "artefact-adopted" },
  writer: Writer,
): void {
  writer.patch(state.adopted, { [event.artefact]: event.hash });
  if (event.artefact !== "packs") return;
  const { position, at, by, hash, summary, reason } = event;
  // Before there was another way to adopt, each adoption was one of the house.
  const house = event.house ?? (by === systemPerson ? hash : (lastAdoption(state)?.house ?? null));
  const why = reason === undefined ? {} : { reason };
  const next = [...state.adoptions, { position, at, by, hash, summary, house, ...why }];
  writer.replace(state.adoptions, next.slice(-mostAdoptions));
}
