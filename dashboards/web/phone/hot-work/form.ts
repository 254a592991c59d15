/**
 * A report of hot work as it is filled in on a phone: what is still wrong with each field, told with the
 * very codes the gateway would refuse it by, and what is sent in the end. Pure.
 */
import type { PermitView, ReportBody } from "#gateway/api/hot-work-contract.ts";
import type { HotWorkForm } from "#gateway/api/hot-work-form-contract.ts";
import { mostAheadMs } from "#rules/hot-work/ahead.ts";
import { classOf } from "#rules/hot-work/class.ts";
import type { HotWorkClass } from "#rules/hot-work/permit.ts";
import type { Settings } from "#rules/settings.ts";
import { formatDateTime } from "../../shared/format.ts";

type Sent = ReportBody["report"];

/** Where the place is known from; the phone's own position is WGS-84 (W3C Geolocation). */
export type Spot = Sent["position"] & {
  readonly from: "phone" | "zone" | "site" | "typed";
  readonly accuracyM: number | null;
};

export type Draft = {
  /** Of the sender (this phone): sent again, it is the same report. */
  readonly number: string;
  /** The draft that the gateway keeps, once it has refused it. */
  readonly permit: string | null;
  readonly site: string;
  readonly zone: string;
  readonly floor: string;
  readonly outdoors: boolean;
  readonly spot: Spot | null;
  /** On the gateway already. */
  readonly photo: string | null;
  /** Not yet there: a data URL. */
  readonly picture: string | null;
  readonly kind: Sent["kind"];
  readonly object: Sent["object"];
  readonly class: HotWorkClass;
  readonly tools: readonly string[];
  readonly chip: string;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly firm: string;
  readonly contractor: string;
  /** Of a worker who is known from an earlier permit; a new name makes them somebody else. */
  readonly workerId: string | null;
  readonly workerName: string;
  readonly workerPhone: string;
  readonly certificate: string;
  readonly certificateUntil: string;
  readonly watcher: string;
  readonly combustiblesCleared: boolean;
  readonly extinguishers: number;
  readonly isolations: readonly string[];
};
export type FieldKey = keyof Draft;

export const steps = ["place", "work", "people", "measures"] as const;
export type Step = (typeof steps)[number];

const ofStep: Readonly<Record<Step, readonly FieldKey[]>> = {
  place: ["site", "zone", "floor", "outdoors", "spot", "photo"],
  work: ["kind", "object", "class", "tools", "chip", "startsAt", "endsAt"],
  people: [
    ...(["firm", "contractor", "workerName", "workerPhone"] as const),
    ...(["certificate", "certificateUntil", "watcher"] as const),
  ],
  measures: ["combustiblesCleared", "extinguishers", "isolations"],
};

export function stepOf(field: FieldKey): Step {
  return steps.find((step) => ofStep[step].includes(field)) ?? "measures";
}

/** Where a fault of the gateway is put right; null where it is about the whole. */
const fieldOfFault: Readonly<Record<string, FieldKey>> = {
  "unknown-site": "site",
  "unknown-zone": "zone",
  "outside-the-district": "spot",
  "too-near-another-permit": "spot",
  "too-near-painting": "spot",
  "protection-impaired": "zone",
  "ends-before-it-starts": "endsAt",
  "starts-in-the-past": "startsAt",
  "starts-too-far-ahead": "startsAt",
  "longer-than-allowed": "endsAt",
  "certificate-expires": "certificateUntil",
  "same-person": "watcher",
  "worker-works-elsewhere": "workerName",
  "combustibles-not-cleared": "combustiblesCleared",
  "no-extinguisher": "extinguishers",
  "no-photo": "photo",
  "unknown-photo": "photo",
  "not-a-photo": "photo",
  "too-large": "photo",
  "not-a-detector": "isolations",
  "unknown-person": "watcher",
};

export function fieldOf(fault: string): FieldKey | null {
  return fieldOfFault[fault] ?? null;
}

/** A code of the gateway, or one of these three that a form alone knows. */
export type Faults = Readonly<Partial<Record<FieldKey, string>>>;

const hour = 3_600_000;
const quarter = 900_000;
const creditCode = /^[0-9A-HJ-NPQRTUWXY]{18}$/;
const phoneNumber = /^[0-9+][0-9 ()-]{2,30}$/;
const floors = /^-?[0-9]{1,3}F?$/;
/** The gateway takes a start that is this late (`report.ts`). */
const lateMs = 900_000;

export function newDraft(form: HotWorkForm, number: string, now: number): Draft {
  const startsAt = Math.ceil(now / quarter) * quarter;
  return {
    ...{ number, permit: null, site: form.site.id, zone: "", floor: "1F", outdoors: false },
    ...{ spot: null, photo: null, picture: null, kind: "electric-welding", object: "structure" },
    ...{ class: "second", tools: [], chip: "", startsAt, endsAt: startsAt + 2 * hour },
    ...{ firm: "", contractor: "", workerId: null, workerName: "", workerPhone: "" },
    ...{ certificate: "", certificateUntil: "", watcher: form.watchers[0]?.id ?? "" },
    ...{ combustiblesCleared: false, extinguishers: 0, isolations: [] },
  };
}

/** The last permit as a template: all of it but what has to be seen and said anew. */
export function fromPermit(draft: Draft, { report }: PermitView, form: HotWorkForm): Draft {
  const { zone, floor, outdoors, kind, object, tools, chip, firm, contractor, worker } = report;
  const knows = form.watchers.some(({ id }) => id === report.watcher.id);
  const isKnown = form.zones.some(({ id }) => id === zone);
  return {
    ...draft,
    ...{ zone: isKnown ? (zone ?? "") : "", floor: floor ?? "", outdoors, kind, object },
    ...{ class: report.class, tools: [...tools], chip: chip ?? "", firm },
    ...{ contractor: contractor ?? "", workerId: worker.id, workerName: worker.name ?? worker.id },
    certificateUntil: dayOf(report.certificateUntil, form.settings.utcOffsetMin),
    watcher: knows ? report.watcher.id : draft.watcher,
    spot: { ...report.position, from: "typed", accuracyM: null },
    extinguishers: report.extinguishers,
  };
}

/** The class in force, by the function the gateway goes by. */
export function classIn(draft: Draft, form: HotWorkForm): HotWorkClass {
  const { use, minHotWorkClass, fixedHotWork } =
    form.zones.find(({ id }) => id === draft.zone) ?? {};
  const zone =
    use === undefined
      ? undefined
      : {
          ...(use === null ? {} : { use }),
          ...(minHotWorkClass ? { minHotWorkClass } : {}),
          ...(fixedHotWork ? { fixedHotWork } : {}),
        };
  return classOf(draft, zone as Parameters<typeof classOf>[1], settingsOf(form));
}

/** What the class is made of is all that a form is told. */
function settingsOf({ settings }: HotWorkForm): Settings {
  return settings as unknown as Settings;
}

export function faultsIn(draft: Draft, form: HotWorkForm, now: number): Faults {
  const { startsAt, endsAt, outdoors } = draft;
  const isPainting = draft.kind === "painting";
  const longest = form.settings.hotWork.longestMs[classIn(draft, form)];
  const certificateEnd = endOfDay(draft.certificateUntil, form.settings.utcOffsetMin);
  const isNew = draft.workerId === null;
  const wrong: readonly (readonly [FieldKey, string, boolean])[] = [
    ["zone", "required", !outdoors && draft.zone === "" && form.zones.length > 0],
    ["floor", "bad-floor", draft.floor !== "" && !floors.test(draft.floor)],
    ["spot", "required", draft.spot === null],
    ["photo", "no-photo", draft.photo === null && draft.picture === null],
    [
      "startsAt",
      "starts-in-the-past",
      startsAt < now - lateMs || (startsAt < endsAt && endsAt <= now),
    ],
    ["startsAt", "starts-too-far-ahead", startsAt > now + mostAheadMs],
    ["endsAt", "ends-before-it-starts", endsAt <= startsAt],
    ["endsAt", "longer-than-allowed", endsAt - startsAt > longest],
    ["firm", "bad-credit-code", !creditCode.test(draft.firm)],
    [
      "contractor",
      "bad-credit-code",
      draft.contractor !== "" && !creditCode.test(draft.contractor),
    ],
    ["workerName", "required", draft.workerName.trim() === ""],
    ["workerPhone", "bad-phone", isNew && !phoneNumber.test(draft.workerPhone)],
    ["certificate", "required", !isPainting && isNew && draft.certificate.trim() === ""],
    ["certificateUntil", "certificate-expires", !isPainting && certificateEnd < endsAt],
    ["watcher", "required", draft.watcher === ""],
    ["watcher", "same-person", draft.watcher !== "" && draft.watcher === draft.workerId],
    ["combustiblesCleared", "combustibles-not-cleared", !isPainting && !draft.combustiblesCleared],
    ["extinguishers", "no-extinguisher", !isPainting && draft.extinguishers < 1],
  ];
  const faults: Partial<Record<FieldKey, string>> = {};
  for (const [field, code, is] of wrong) if (is) faults[field] ??= code;
  return faults;
}

/** Of a report that has no fault in the form. */
export function reportFrom(draft: Draft): Sent {
  const { spot } = draft;
  if (spot === null) throw new Error("a report without a position is not sent");
  const { lng, lat, datum } = spot;
  const { certificate, certificateUntil } = draft;
  const until = certificateUntil === "" ? {} : { certificateUntil };
  const worker =
    draft.workerId === null
      ? {
          ...{ name: draft.workerName.trim(), phone: draft.workerPhone.trim() },
          ...(certificate.trim() === "" ? {} : { certificate: certificate.trim() }),
          ...until,
        }
      : { id: draft.workerId, ...until };
  return {
    site: draft.site,
    ...(draft.zone === "" ? {} : { zone: draft.zone }),
    ...(draft.floor === "" ? {} : { floor: draft.floor }),
    position: { lng, lat, datum },
    ...(draft.photo === null ? {} : { photo: draft.photo }),
    ...{ outdoors: draft.outdoors, object: draft.object, kind: draft.kind, class: draft.class },
    ...{ tools: [...draft.tools], firm: draft.firm },
    ...(draft.contractor === "" ? {} : { contractor: draft.contractor }),
    ...{ worker, watcher: { id: draft.watcher } },
    ...(draft.chip === "" ? {} : { chip: draft.chip }),
    ...{ startsAt: draft.startsAt, endsAt: draft.endsAt },
    ...{ combustiblesCleared: draft.combustiblesCleared, extinguishers: draft.extinguishers },
    isolations: [...draft.isolations],
  };
}

/** "2026-11-26T14:20" of the gateway's own offset, whatever the phone's time zone is. */
export function toInput(at: number, utcOffsetMin: number): string {
  return formatDateTime(at, utcOffsetMin).slice(0, 16).replace(" ", "T");
}

/** Null where nothing, or half of it, is typed. */
export function fromInput(text: string, utcOffsetMin: number): number | null {
  const at = Date.parse(`${text}Z`);
  return Number.isNaN(at) ? null : at - utcOffsetMin * 60_000;
}

function dayOf(at: number, utcOffsetMin: number): string {
  return at === 0 ? "" : toInput(at, utcOffsetMin).slice(0, 10);
}

function endOfDay(day: string, utcOffsetMin: number): number {
  const start = fromInput(`${day}T00:00`, utcOffsetMin);
  return start === null ? 0 : start + 24 * hour - 1;
}
