/** Points whose value is an instant: seconds since 1970 UTC, 0 for never. Pure. */
export function isInstant(point: string): boolean {
  return point.endsWith("_epoch");
}
