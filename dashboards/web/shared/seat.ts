/**
 * The seat (席位) of this browser: an id that stays with it, so that the journal can say at which
 * desk a person acted. Presence is reported by the hub (live-hub.ts).
 */
const key = "firelink-seat";
const allowed = /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/;

export function seatOf(storage: Pick<Storage, "getItem" | "setItem">): string {
  try {
    const kept = storage.getItem(key);
    if (kept !== null && allowed.test(kept)) return kept;
    const made = newSeat();
    storage.setItem(key, made);
    return made;
  } catch {
    // A browser that keeps nothing still has a seat, for as long as the page is open.
    return newSeat();
  }
}

function newSeat(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(4));
  return `desk-${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
