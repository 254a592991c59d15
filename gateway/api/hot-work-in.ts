/** A report as it is sent becomes one the journal may hold: ids for people and photos, WGS-84. */
import type { Photo, Report, Spot } from "#rules/hot-work/permit.ts";
import { Refused } from "../errors.ts";
import type { Gateway } from "../gateway.ts";
import { toWgs84 } from "../inventory/datum.ts";
import type { PersonBody, PositionBody, ReportBody } from "./hot-work-contract.ts";

const dayMs = 86_400_000;

export function reportIn(gateway: Gateway, body: ReportBody): Report {
  const { zone, floor, position, photo, contractor, chip, isolations, ...of } = body.report;
  const before = sameOf(gateway, body)?.report;
  const worker = personIn(gateway, "worker", of.worker, before?.worker);
  const watcher = personIn(gateway, "watcher", of.watcher, before?.watcher);
  return {
    ...{ site: of.site, zone: zone ?? null, floor: floor ?? null, spot: spotIn(position) },
    ...{ photo: photo === undefined ? null : photoIn(gateway, photo, of.site) },
    ...{ outdoors: of.outdoors, object: of.object, kind: of.kind, class: of.class },
    ...{ tools: of.tools, firm: of.firm, contractor: contractor ?? null },
    ...{ worker, certificateUntil: untilOf(gateway, of.worker, worker) },
    ...{ chip: chip ?? null, watcher, startsAt: of.startsAt, endsAt: of.endsAt },
    ...{ combustiblesCleared: of.combustiblesCleared, extinguishers: of.extinguishers },
    isolations: isolations ?? [],
  };
}

/** What was sent under this number before. */
export function sameOf({ committed }: Gateway, { sender }: ReportBody) {
  if (!sender) return undefined;
  return [...committed.state.permits.values()].find(
    (one) => one.sender?.system === sender.system && one.sender.number === sender.number,
  );
}

/** Seven decimals are a centimetre: the same place twice is the same report. */
export function spotIn({ lng, lat, datum }: PositionBody): Spot {
  const at = datum === "WGS-84" ? { lng, lat } : toWgs84({ lng, lat }, datum);
  const round = (degrees: number): number => Math.round(degrees * 1e7) / 1e7;
  return { lng: round(at.lng), lat: round(at.lat) };
}

export function photoIn({ door }: Gateway, file: string, site: string): Photo {
  const photo = door.photos.photoOf(file, site);
  if (photo) return photo;
  const message = "there is no such photo of this site";
  throw new Refused({ code: "unknown-photo", message, allowed: "what POST /api/v1/photos gave" });
}

/** Of a report that is sent again the person it was before, where it is the same one. */
function personIn(
  { door: { people } }: Gateway,
  key: string,
  { id, name, phone, certificate, certificateUntil }: PersonBody,
  before: string | undefined,
): string {
  const allowed = `${key}: an id, or name and phone`;
  if (id !== undefined) {
    if (people.nameOf(id) !== null) return id;
    throw new Refused({ code: "unknown-person", message: `${key}: nobody has this id`, allowed });
  }
  if (name === undefined || phone === undefined) {
    throw new Refused({ code: "bad-body", message: `${key}: who is it?`, allowed });
  }
  if (before !== undefined && people.nameOf(before) === name) return before;
  return people.addGuest(name, phone, { certificate, certificateUntil });
}

/** The end of the local day of the certificate; 0 where none is known. */
function untilOf({ door, config }: Gateway, { certificateUntil }: PersonBody, id: string): number {
  const day = certificateUntil ?? door.people.staffOf(id)?.certificateUntil;
  const start = day === undefined ? Number.NaN : Date.parse(`${day.slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(start)) return 0;
  return start + dayMs - 1 - config.settings.utcOffsetMin * 60_000;
}
