/** What every view is made from: one committed state, the rules of the day, and who people are. */
import type { World } from "#rules/draft.ts";
import type { Text } from "#rules/inventory.ts";
import type { Profile } from "#rules/profile.ts";
import type { State } from "#rules/state.ts";
import type { Language } from "#rules/text/render.ts";

export type Sight = {
  readonly state: State;
  readonly world: World;
  /** Null where the person has been deleted: the journal keeps the id, nobody keeps the name. */
  readonly nameOf: (person: string) => string | null;
  /** Number of somebody's certificate; absent where nobody asks for it. */
  readonly certificateOf?: (person: string) => string | null;
  /** The points of a device (SITE/DEVICE); null where it has no values. */
  readonly profileOf: (device: string) => Profile | null;
};

/** A text of the rules in both languages of the screen. */
export function both(render: (language: Language) => string): Text {
  return { zh: render("zh"), en: render("en") };
}
