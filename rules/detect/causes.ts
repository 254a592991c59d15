/** Which points make a condition true: of what a test lists, all of them must be. */
import type { Profile } from "../profile.ts";
import type { Values } from "./cel.ts";
import type { Condition, Memory } from "./condition.ts";

/** See `Condition.causes`. */
export function causesOf(of: Condition, memory: Memory, now: number): readonly number[] {
  return of.causes ? of.causes(memory, now) : of.reads;
}

type Seen = { readonly profile: Profile; readonly values: Values };

/** Of the points it looks at those that are not known to be well, by id. A setting is no cause. */
export function causesNow(
  when: Condition,
  memory: Memory,
  { profile, values }: Seen,
  now: number,
): string[] {
  const points = causesOf(when, memory, now).flatMap((slot) => {
    const point = profile.points[slot];
    if (!point || point.poll === "settings") return [];
    const well = point.normal ?? point.usual;
    return [{ id: point.id, isWell: well !== undefined && values[slot] === well }];
  });
  const ill = points.filter(({ isWell }) => !isWell);
  return [...new Set((ill.length > 0 ? ill : points).map(({ id }) => id))].sort();
}
