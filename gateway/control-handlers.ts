/** What the command line may ask of a running gateway over control.sock. */
import type { Act } from "#devices/ipc.ts";
import type { Command } from "#rules/command.ts";
import { certificates, trustCertificate } from "./api/certificates.ts";
import { readCommand } from "./api/command-schema.ts";
import type { Website } from "./api/website.ts";
import type { Handler } from "./control.ts";
import type { Demo } from "./demo.ts";
import { Refused } from "./errors.ts";
import type { Gateway } from "./gateway.ts";
import type { Acting } from "./identity/credentials.ts";
import { type Action, insist } from "./identity/may.ts";
import { roadsHandlers } from "./roads/requests.ts";
import { rulesHandlers } from "./rulebook/requests.ts";
import type { Tour } from "./tour.ts";

/** Whoever may open the socket owns the folder; the journal says that it was the command line. */
const actor = { person: "P-cli", seat: "cli" };

/** What each request is, for `may()`. One that is not listed is refused by default. */
const askedFor: Readonly<Record<string, Action>> = {
  command: "act",
  credential: "administrate",
  "revoke-credential": "administrate",
  import: "administrate",
  "rules-adopt": "administrate",
  "rules-rollback": "administrate",
  "roads-status": "read",
  "roads-compute": "administrate",
  "roads-close": "administrate",
  "roads-open": "administrate",
  "roads-import": "administrate",
  "rules-in-force": "read",
  "rules-backtest": "read",
  inventory: "read",
  staff: "read-contacts",
  status: "read",
  simulate: "tour",
  simulators: "read",
  tour: "tour",
  "stop-tour": "tour",
  "add-user": "administrate",
  "user-pin": "administrate",
  "remove-user": "administrate",
  certificates: "read",
  "trust-certificate": "administrate",
};

type Handlers = Readonly<Record<string, Handler>>;

/** Each handler behind its question. */
function guarded(handlers: Handlers): Handlers {
  const behind = Object.entries(handlers).map(([name, handler]): [string, Handler] => [
    name,
    async (request, progress) => {
      const action = Object.hasOwn(askedFor, name) ? askedFor[name] : undefined;
      if (!action) throw new Refused({ code: "forbidden", message: `${name} says not what it is` });
      insist({ kind: "cli" }, action);
      return handler(request, progress);
    },
  ]);
  return Object.fromEntries(behind);
}

/** What needs nothing but the gateway: the same with a running one and with one that runs for it. */
export function gatewayHandlers(gateway: Gateway): Handlers {
  return guarded({
    command: async (request) => {
      const command: Command = readCommand(request.command);
      const { position, events } = await gateway.command(actor, command);
      return { position, events };
    },
    credential: async (request) => {
      const { username, acting } = request as unknown as { username: string; acting: Acting };
      return gateway.door.credentials.create(username, acting);
    },
    "revoke-credential": async (request) => {
      gateway.door.credentials.revoke(String(request.username));
      return null;
    },
    import: async (request, progress) => {
      const { files, dryRun } = request as unknown as { files: string[]; dryRun: boolean };
      return gateway.imports.run({ files, dryRun: dryRun === true, actor }, progress);
    },
    ...rulesHandlers(gateway, actor),
    ...roadsHandlers(gateway, actor),
    inventory: async () => ({ hash: gateway.committed.state.adopted.inventory }),
    staff: async () => gateway.door.people.staff(),
  });
}

/** Everything that may be asked of a running gateway. */
export function controlHandlers(
  gateway: Gateway,
  website: Website,
  demo: Demo | null,
  tour: Tour,
): Handlers {
  const own: Handlers = {
    status: async () => ({
      position: gateway.position,
      ready: gateway.notReady().length === 0,
      reasons: gateway.notReady(),
    }),
    simulate: async (request) => {
      return simulatorsOf(demo).act(request.act as Act);
    },
    simulators: async () => simulatorsOf(demo).simulated(),
    // Answers when the tour is over; each step is told meanwhile, as JSON.
    tour: async (request, progress) => {
      const forget = tour.onStep((step, sinceMs) => progress(JSON.stringify({ step, sinceMs })));
      try {
        tour.start(actor.person, request.speed === undefined ? 1 : Number(request.speed));
        return { last: await tour.ended() };
      } finally {
        forget();
      }
    },
    "stop-tour": async () => {
      const { running } = tour.view();
      tour.stop();
      const last = await tour.ended();
      return { running, last };
    },
    certificates: () => certificates(gateway),
    "trust-certificate": async (request) => {
      await trustCertificate(gateway, String(request.thumbprint));
      return certificates(gateway);
    },
    "add-user": async (request) => {
      const { name = "", role = "", scope = "*" } = request as unknown as Record<string, string>;
      checkScope(gateway, role, scope);
      const { person } = request as unknown as { person?: string };
      return website.people.add({ name, role, scope, ...(person ? { person } : {}) });
    },
    "user-pin": async (request) => website.people.setPin(String(request.name)),
    "remove-user": async (request) => {
      const person = website.people.remove(String(request.name));
      gateway.door.sessions.endOf(person.id);
      return person;
    },
  };
  return { ...gatewayHandlers(gateway), ...guarded(own) };
}

function simulatorsOf(demo: Demo | null): Demo {
  if (demo) return demo;
  const message = "there are no simulators: the gateway was started without --demo";
  throw new Refused({ code: "no-demo", message, allowed: "firelink start --demo" });
}

/** Whose scope is a station or a site that is not there would see nothing, and wonder why. */
function checkScope(gateway: Gateway, role: string, scope: string): void {
  const { state } = gateway.committed;
  if (scope === "*" || state.adopted.inventory === null) return;
  const { inventory } = gateway.artefacts.world(state);
  const isStation = role === "station";
  if ((isStation ? inventory.responders : inventory.sites).get(scope)) return;
  const what = isStation ? "station" : "site";
  throw new Refused({
    code: "bad-scope",
    message: `there is no ${what} ${JSON.stringify(scope)}`,
    allowed: `${isStation ? "" : "*, or "}the id of a ${what} of the inventory in force`,
  });
}
