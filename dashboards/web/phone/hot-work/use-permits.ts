/** Permits of a site, or of a station's inspections, as they are now: told by the stream, read whole. */
import { useCallback, useEffect, useState } from "react";
import type { SessionView } from "#gateway/api/contract.ts";
import type { PermitActBody, PermitList, PermitView } from "#gateway/api/hot-work-contract.ts";
import type { HotWorkForm } from "#gateway/api/hot-work-form-contract.ts";
import { getJson, postJson, postPhoto } from "../../shared/api.ts";
import { keep, recall } from "../../shared/keep.ts";
import { seatOf } from "../../shared/seat.ts";
import { useLink } from "../use-crew.ts";

/** What time alone changes (a gas test grows old, a start comes near) is read this often. */
const readEveryMs = 15_000;

export function usePermits(site: string, access: SessionView["access"]) {
  const { crew, link } = useLink<PermitList>(
    () => ({
      stream: `site=${site}`,
      path: `/api/v1/hot-work?site=${site}`,
      // Whatever moves at the site may be what a permit lacks.
      concerns: () => true,
    }),
    access,
  );
  useEffect(() => {
    const timer = setInterval(() => void link.read(), readEveryMs);
    return () => clearInterval(timer);
  }, [link]);
  return { linked: crew, link };
}

/** Read once; null until it is there. `failure` of the last try. */
export function useForm(site: string): { form: HotWorkForm | null; failure: unknown } {
  const [form, setForm] = useState<HotWorkForm | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = (): void => {
      getJson<HotWorkForm>(`/api/v1/hot-work/form?site=${site}`).then(setForm, (error) => {
        setFailure(error);
        timer = setTimeout(read, readEveryMs);
      });
    };
    read();
    return () => clearTimeout(timer);
  }, [site]);
  return { form, failure };
}

/** A permit that is not in the list of what is open: read by itself. */
export function useOnePermit(id: string, listed: PermitView | undefined) {
  const [read, setRead] = useState<PermitView | null>(null);
  const [gone, setGone] = useState(false);
  const isListed = listed !== undefined;
  useEffect(() => {
    if (isListed) return;
    getJson<{ permit: PermitView }>(`/api/v1/hot-work/${id}`).then(
      ({ permit }) => setRead(permit),
      () => setGone(true),
    );
  }, [id, isListed]);
  return { permit: listed ?? read, gone: gone && read === null && !isListed };
}

export type ActBody = PermitActBody["act"];

export type Acting = {
  /** The act that is on its way. */
  readonly busy: string | null;
  readonly failure: { readonly act: string; readonly error: unknown } | null;
  /** True where it was done. */
  readonly send: (act: ActBody) => Promise<boolean>;
  readonly clear: () => void;
};

/** Sent once, when a person presses; what did not arrive is said, and waits for the person. */
export function useActs(permit: string, onDone: (permit: PermitView) => void): Acting {
  const [busy, setBusy] = useState<string | null>(null);
  const [failure, setFailure] = useState<Acting["failure"]>(null);
  const clear = useCallback(() => setFailure(null), []);
  const send = async (act: ActBody): Promise<boolean> => {
    setBusy(act.command);
    setFailure(null);
    try {
      const body = { seat: phoneSeat(), act };
      const path = `/api/v1/hot-work/${permit}/acts`;
      const answer = await postJson<{ permit: PermitView }>(path, body);
      onDone(answer.permit);
      return true;
    } catch (error) {
      setFailure({ act: act.command, error });
      return false;
    } finally {
      setBusy(null);
    }
  };
  return { busy, failure, send, clear };
}

/** Gives the id of the photo at the gateway. */
export async function sendPhoto(site: string, photo: Blob): Promise<string> {
  const answer = await postPhoto<{ photo: string }>(`/api/v1/photos?site=${site}`, photo);
  return answer.photo;
}

export function phoneSeat(): string {
  return seatOf({ getItem: recall, setItem: keep }, "phone");
}
