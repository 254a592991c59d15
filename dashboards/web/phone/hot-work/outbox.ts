/**
 * The report that is being filled in on this phone. It is kept here until the gateway has it, under a
 * number of this phone's: whatever often it is sent, it is one report.
 */
import { useCallback, useEffect, useRef, useState } from "react";
import type { PermitList, PermitView, ReportBody } from "#gateway/api/hot-work-contract.ts";
import type { HotWorkForm } from "#gateway/api/hot-work-form-contract.ts";
import { getJson, postJson, Refused, Unreachable } from "../../shared/api.ts";
import { recall } from "../../shared/keep.ts";
import { type Draft, newDraft, reportFrom } from "./form.ts";
import { fromDataUrl } from "./photo.ts";
import { phoneSeat, sendPhoto } from "./use-permits.ts";

/** Of the sender: this platform's phones, by whose number a report is one. */
const system = "phone";
const tryEveryMs = 8000;

type Kept = { readonly draft: Draft; readonly waiting: boolean };

export type Outbox = {
  readonly draft: Draft;
  readonly put: (change: Partial<Draft>) => void;
  readonly discard: () => void;
  /** Sent as soon as somebody answers. */
  readonly waiting: boolean;
  readonly stopWaiting: () => void;
  readonly busy: boolean;
  /** False where the phone cannot keep the draft. */
  readonly isKept: boolean;
  /** Of the last answer: all faults of the report, or why it was refused. */
  readonly faults: readonly string[];
  readonly failure: unknown;
  readonly submit: () => void;
};

type Options = {
  readonly form: HotWorkForm;
  /** Gateway time. */
  readonly now: () => number;
  readonly onSubmitted: (permit: PermitView) => void;
};

export function useOutbox({ form, now, onSubmitted }: Options): Outbox {
  const { id: site } = form.site;
  const fresh = (): Kept => ({ draft: newDraft(form, newNumber(), now()), waiting: false });
  const [kept, setKept] = useState<Kept>(() => read(site) ?? fresh());
  const [isKept, setIsKept] = useState(true);
  const [busy, setBusy] = useState(false);
  const [faults, setFaults] = useState<readonly string[]>([]);
  const [failure, setFailure] = useState<unknown>(null);
  const sending = useRef(false);
  const { draft, waiting } = kept;

  useEffect(() => setIsKept(write(site, kept)), [site, kept]);

  const put = (change: Partial<Draft>): void =>
    setKept((before) => ({ waiting: false, draft: { ...before.draft, ...change } }));
  const wait = (is: boolean): void => setKept((before) => ({ ...before, waiting: is }));
  const discard = (): void => {
    setFaults([]);
    setFailure(null);
    setKept(fresh());
  };

  const submit = useCallback(async (): Promise<void> => {
    if (sending.current) return;
    sending.current = true;
    setBusy(true);
    setFailure(null);
    let current = draft;
    const keepNow = (change: Partial<Draft>): void => {
      current = { ...current, ...change };
      setKept((before) => ({ ...before, draft: { ...before.draft, ...change } }));
    };
    try {
      const permit = await send(current, keepNow);
      forget(site);
      onSubmitted(permit);
    } catch (error) {
      const said = error instanceof Refused ? error.more : {};
      if (typeof said.permit === "string") keepNow({ permit: said.permit });
      setFaults(Array.isArray(said.faults) ? said.faults.map(String) : []);
      setFailure(error);
      // What nobody has answered is sent again; a no waits for the person.
      setKept((before) => ({ ...before, waiting: error instanceof Unreachable }));
    } finally {
      sending.current = false;
      setBusy(false);
    }
  }, [draft, site, onSubmitted]);

  useEffect(() => {
    if (!waiting) return;
    const again = (): void => void submit();
    const timer = setInterval(again, tryEveryMs);
    addEventListener("online", again);
    return () => {
      clearInterval(timer);
      removeEventListener("online", again);
    };
  }, [waiting, submit]);

  return {
    ...{ draft, put, discard, waiting, busy, isKept, faults, failure },
    stopWaiting: () => wait(false),
    submit: () => void submit(),
  };
}

/** First the photo, then the report. Throws what the page says. */
async function send(draft: Draft, keepNow: (change: Partial<Draft>) => void): Promise<PermitView> {
  let { photo, permit } = draft;
  if (photo === null && draft.picture !== null) {
    photo = await sendPhoto(draft.site, fromDataUrl(draft.picture));
    keepNow({ photo });
  }
  const report = reportFrom({ ...draft, photo });
  const body = (of: string | null): ReportBody => ({
    ...{ seat: phoneSeat(), submit: true, sentAt: Date.now(), report },
    ...(of === null ? { sender: { system, number: draft.number } } : { permit: of }),
  });
  try {
    return await post(body(permit));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    // An answer was lost on the way: the gateway has the draft, or the report itself.
    if (error.code !== "number-taken" && error.code !== "submitted-already") throw error;
    const known = await sentBefore(draft);
    if (known === undefined) throw error;
    if (known.state !== "draft") return known;
    permit = known.id;
    keepNow({ permit });
    return post(body(permit));
  }
}

async function post(body: ReportBody): Promise<PermitView> {
  return (await postJson<{ permit: PermitView }>("/api/v1/hot-work", body)).permit;
}

async function sentBefore({ site, number, permit }: Draft): Promise<PermitView | undefined> {
  const { permits } = await getJson<PermitList>(`/api/v1/hot-work?site=${site}&state=all`);
  return permits.find(
    ({ id, sender }) => id === permit || (sender?.system === system && sender.number === number),
  );
}

const keyOf = (site: string): string => `firelink-hot-work-${site}`;

function read(site: string): Kept | null {
  try {
    const kept = JSON.parse(recall(keyOf(site)) ?? "null") as Kept | null;
    return typeof kept?.draft?.number === "string" ? kept : null;
  } catch {
    return null;
  }
}

/** False where the phone is full, or keeps nothing. */
function write(site: string, kept: Kept): boolean {
  try {
    localStorage.setItem(keyOf(site), JSON.stringify(kept));
    return true;
  } catch {
    return false;
  }
}

function forget(site: string): void {
  try {
    localStorage.removeItem(keyOf(site));
  } catch {
    // Nothing was kept either.
  }
}

/** This phone's seat and a random part: no other phone has it, and no other report. */
function newNumber(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(5));
  return `${phoneSeat()}-${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
