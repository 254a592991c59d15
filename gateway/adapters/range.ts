/**
 * Values at the ends of what a sensor can show. A loop at rest reads a little beside its end (NAMUR NE
 * 43 lets a 4–20 mA signal reach 3.8 and 20.5 mA): an empty main at −0.003 MPa is empty, not unknown, and a
 * rule must hear of it. Further out the sensor is not believed.
 */
type Range = readonly [least: number, most: number];

/** Of the span, beyond either end. */
const tolerance = 0.02;

/** The value, or the end it means; null where it is further beyond than a sensor drifts. */
export function withinRange(value: number, [least, most]: Range): number | null {
  const slack = (most - least) * tolerance;
  if (value < least - slack || value > most + slack) return null;
  return Math.min(most, Math.max(least, value));
}
