/** A permit (动火作业票) at work, made as people make it: each role by its own sign-in, over HTTP. */
import type { PermitView } from "#gateway/api/hot-work-contract.ts";
import { firelinkJson } from "#gateway/testing/process.ts";
import { Browser } from "#gateway/testing/web.ts";

type Demo = { readonly folder: string; readonly url: string; readonly jpeg: Buffer };
/** Whoever has signed in, by name. */
export type People = Readonly<Record<"park" | "safety" | "watcher" | "town", Person>>;
export type Person = { readonly id: string; readonly password: string; readonly browser: Browser };

const hourMs = 3_600_000;
/** In no compartment, some 40 m from button 7: its alarm stops it. */
const beside = { lng: 120.4935, lat: 30.1402, datum: "WGS-84" } as const;

export async function makePeople(demo: Demo): Promise<People> {
  return {
    park: await person(demo, "园区王某", "park", "baolong"),
    safety: await person(demo, "安全李某", "park", "baolong"),
    watcher: await person(demo, "监护陈某", "watcher", "baolong"),
    town: await person(demo, "镇街赵某", "operator", "*"),
  };
}

async function person(demo: Demo, name: string, role: string, scope: string): Promise<Person> {
  const { id, password } = firelinkJson<{ id: string; password: string }>(demo.folder, [
    ...["user", "add", name, "--role", role, "--scope", scope],
  ]);
  const browser = new Browser(demo.url);
  await browser.signIn(name, password);
  return { id, password, browser };
}

/** Reported and waiting for its inspection; from `startsAt` (ms UTC) for four hours. */
export async function report(demo: Demo, people: People, startsAt: number): Promise<PermitView> {
  return permitOf(
    await people.park.browser.ask("POST", "/api/v1/hot-work", {
      ...{ seat: "phone", submit: true },
      report: {
        ...{ site: "baolong", floor: "1F", photo: await photo(demo, people), outdoors: false },
        ...{ object: "structure", position: beside, kind: "electric-welding", class: "first" },
        ...{ tools: ["electric-welder"], firm: "91330621MA00000001" },
        worker: {
          ...{ name: "焊工某", phone: "000-0000", certificate: "T330621199001010000" },
          certificateUntil: "2099-12-31",
        },
        ...{ watcher: { id: people.watcher.id }, startsAt, endsAt: startsAt + 4 * hourMs },
        ...{ combustiblesCleared: true, extinguishers: 2 },
      },
    }),
  );
}

/** Inspected by all parties, approved by the firm, checked in, and at work. */
export async function start(demo: Demo, people: People, permit: PermitView): Promise<PermitView> {
  const { safety, watcher, town, park } = people;
  const station = permit.check?.station ?? "";
  const crew = await person(demo, "救援站张某", "station", station);
  const act = async ({ browser }: Person, command: object): Promise<PermitView> => {
    const path = `/api/v1/hot-work/${permit.id}/acts`;
    return permitOf(await browser.ask("POST", path, { seat: "phone", act: command }));
  };
  const taken = await photo(demo, people);
  const sign = (party: string): object => ({
    ...{ command: "sign-inspection", party, pass: true, photo: taken },
    position: permit.report.position,
  });
  await act(crew, { command: "accept-inspection", station });
  await act(crew, sign("government-firefighters"));
  await act(safety, sign("firm-safety-officer"));
  await act(safety, { command: "waive-party", party: "firm-brigade", reason: "does-not-exist" });
  await act(town, sign("town-officer"));
  const capacity = { special: "firm-leader", first: "firm-safety", second: "workshop" };
  await act(safety, { command: "approve-permit", as: capacity[permit.class] });
  await act(safety, { command: "waive-gas-test", reason: "open-structure" });
  const { body } = await park.browser.ask("GET", `/api/v1/hot-work/${permit.id}/code`);
  await act(watcher, { command: "check-in", code: body.code });
  return act(watcher, { command: "start-work" });
}

async function photo({ url, jpeg }: Demo, { park }: People): Promise<unknown> {
  const answer = await fetch(`${url}/api/v1/photos?site=baolong`, {
    method: "POST",
    headers: { cookie: park.browser.cookie, "content-type": "image/jpeg" },
    body: new Uint8Array(jpeg),
  });
  return ((await answer.json()) as { photo: unknown }).photo;
}

function permitOf({ status, body }: { status: number; body: Record<string, unknown> }): PermitView {
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body.permit as PermitView;
}
