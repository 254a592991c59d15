/**
 * Whether an inventory may send real crews (`check --live`): what is assumed, not surveyed, not tested
 * or not agreed is refused, row by row. It may all be imported; it must not be relied upon.
 */
import { kindsOfStation } from "#devices/kinds.ts";
import type { Channel, Inventory, Position, Responder } from "#rules/inventory.ts";
import type { Report } from "./check.ts";

export function checkLive(inventory: Inventory, report: Report): void {
  if (inventory.district.demonstration) {
    report("district", [0, "demonstration"], "is a demonstration; allowed: false");
  }
  // Whoever has a box has a device that rings by itself; a page rings only where somebody has it open.
  const boxed = new Set(
    inventory.devices.flatMap(({ kind, station }) =>
      station !== undefined && kindsOfStation.has(kind) ? station : [],
    ),
  );
  inventory.responders.forEach((responder, i) => {
    const { state } = responder.lifecycle;
    if (state === "planned" || state === "building" || state === "closed") return;
    const tell = (key: string, message: string): void => report("responders", [i, key], message);
    checkResponder(responder, boxed, tell);
  });
  inventory.sites.forEach((site, i) => {
    const tell = (key: string, message: string): void => report("sites", [i, key], message);
    checkSurveyed(site.position, tell);
    if (site.contact24h === undefined) {
      tell("contact24h", "is missing: nobody answers at night; allowed: the id of a person, P-…");
    }
  });
  inventory.devices.forEach(({ position }, i) => {
    if (!position) return;
    checkSurveyed(position, (key, message) => report("devices", [i, key], message));
  });
}

type Tell = (key: string, message: string) => void;

function checkResponder(responder: Responder, boxed: ReadonlySet<string>, tell: Tell): void {
  const { id, kind, certainty, authority, agreement, channels } = responder;
  if (certainty !== "confirmed") {
    tell("certainty", `is ${certainty}: nobody real may be sent; allowed: confirmed`);
  }
  checkSurveyed(responder.position, tell);
  if (authority === "order" && !agreement) {
    tell("agreement", "is missing: an order rests on one; allowed: { number, date }, or notify");
  }
  if (kind === "brigade" || authority === "via-119") return;
  const rings = channels.filter((channel) => ringsByItself(channel, boxed.has(id)));
  if (rings.length === 0) {
    const allowed = "a device station-box of this station for mqtt, or a webhook that telephones";
    return tell("channels", `none rings by itself; allowed: ${allowed}`);
  }
  if (rings.every(({ tested }) => tested === undefined)) {
    tell("channels", "none that rings by itself was tested; allowed: tested: the date of the test");
  }
}

function ringsByItself({ kind }: Channel, hasBox: boolean): boolean {
  return kind === "webhook" || hasBox;
}

/** The datum stands in every position, or it is no position at all. */
function checkSurveyed({ surveyed, source }: Position, tell: Tell): void {
  if (!surveyed) {
    tell("position", `is not surveyed (${source}); allowed: surveyed: { by: P-…, at: the day }`);
  } else if (!/^\d{4}-\d{2}-\d{2}$/.test(surveyed.at)) {
    tell("position", `was surveyed in ${surveyed.at}; allowed: the day, 2026-11-23`);
  }
}
