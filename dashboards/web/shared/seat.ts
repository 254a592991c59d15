/**
 * The seat (席位) of this browser: an id that stays with it, so that the journal can say at which
 * desk a person acted. Presence is reported by the hub (live-hub.ts).
 */
type Kind = "desk" | "phone";

const keys: Readonly<Record<Kind, string>> = {
  desk: "firelink-seat",
  phone: "firelink-seat-phone",
};
const allowed = /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/;

export function seatOf(storage: Pick<Storage, "getItem" | "setItem">, kind: Kind = "desk"): string {
  try {
    const kept = storage.getItem(keys[kind]);
    if (kept !== null && allowed.test(kept)) return kept;
    const made = newSeat(kind);
    storage.setItem(keys[kind], made);
    return made;
  } catch {
    // A browser that keeps nothing still has a seat, for as long as the page is open.
    return newSeat(kind);
  }
}

function newSeat(kind: Kind): string {
  const bytes = crypto.getRandomValues(new Uint8Array(4));
  return `${kind}-${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
