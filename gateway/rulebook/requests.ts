/** What the command line asks about rules, over control.sock or of the same parts without a gateway. */
import type { Adoption } from "#rules/adoption.ts";
import type { Actor } from "#rules/signal.ts";
import type { Handler } from "../control.ts";
import { Refused } from "../errors.ts";
import type { Gateway } from "../gateway.ts";
import type { BacktestRequest } from "./backtests.ts";
import { differenceLines } from "./difference.ts";
import type { RulesSource } from "./prepare.ts";

export type RulesAnswer = {
  readonly lines: readonly string[];
  readonly total: number;
  readonly packs: number;
  readonly rules: number;
  readonly hash: string;
  /** Journal position of the adoption; null where nothing was adopted. */
  readonly position: number | null;
};

export type NamedAdoption = Adoption & { readonly byName: string | null };

export type RulesInForce = {
  readonly hash: string | null;
  readonly utcOffsetMin: number;
  /** Oldest first. */
  readonly adoptions: readonly NamedAdoption[];
  /** The program ships other rules that nobody has looked at. */
  readonly newerHouse: boolean;
  /** Time of the gateway's clock. */
  readonly now: number;
};

type RulesRequestName = "rules-adopt" | "rules-rollback" | "rules-in-force" | "rules-backtest";

export function rulesHandlers(
  gateway: Gateway,
  commandLine: Actor,
): Readonly<Record<RulesRequestName, Handler>> {
  const actorOf = (by: unknown): Actor => {
    if (by === undefined) return commandLine;
    return { ...commandLine, person: personOf(gateway, String(by)) };
  };
  const adopt = async (
    source: RulesSource,
    request: { readonly [key: string]: unknown },
    progress: (step: string) => void,
  ): Promise<RulesAnswer> => {
    const { whole = false, dryRun = false, by } = request;
    const actor = actorOf(by);
    const result = await gateway.rules.run(
      { source, whole: whole === true, dryRun: dryRun === true, actor },
      progress,
    );
    const { difference, ...told } = result;
    const { added, gone, changed } = difference;
    return { ...told, lines: differenceLines(difference), total: added + gone + changed };
  };
  return {
    "rules-adopt": async (request, progress) =>
      adopt(request.source as RulesSource, request, progress),
    "rules-rollback": async (request, progress) => {
      const { hash } = earlier(gateway, request as { hash?: string; position?: number });
      return adopt({ adopted: hash }, request, progress);
    },
    "rules-in-force": async () => rulesInForce(gateway),
    "rules-backtest": async (request, progress) => {
      const { source, rule, device, from, to } = request as unknown as BacktestRequest;
      return gateway.rules.backtests.run({ source, rule, device, from, to }, (share) =>
        progress(`${Math.round(share * 100)} %`),
      );
    },
  };
}

export function rulesInForce(gateway: Gateway): RulesInForce {
  const { state } = gateway.committed;
  return {
    hash: state.adopted.packs,
    utcOffsetMin: gateway.artefacts.world(state).settings.utcOffsetMin,
    adoptions: state.adoptions.map((adoption) => ({
      ...adoption,
      byName: gateway.door.people.nameOf(adoption.by),
    })),
    newerHouse: gateway.rules.newerHouse() !== null,
    now: gateway.clock.now(),
  };
}

/** The adoption that is meant: by (the beginning of) its hash, by its position, else the one before. */
export function earlier(
  { committed }: Gateway,
  { hash, position }: { readonly hash?: string; readonly position?: number },
): Adoption {
  const { adoptions, adopted } = committed.state;
  const found = adoptions.findLast((one) => {
    if (position !== undefined) return one.position === position;
    return hash === undefined ? one.hash !== adopted.packs : one.hash.startsWith(hash);
  });
  if (found) return found;
  const known = adoptions.map((one) => `${one.position} ${one.hash.slice(0, 8)}`).slice(-10);
  throw new Refused({
    code: "unknown-adoption",
    message: "there is no such adoption of rules",
    allowed: known.length === 0 ? "none yet" : `position and hash of one of: ${known.join(", ")}`,
  });
}

/** Somebody who signs in, by name or id: the journal has the id. */
function personOf({ door }: Gateway, nameOrId: string): string {
  const found = door.people.users().find(({ id, name }) => id === nameOrId || name === nameOrId);
  if (found?.role === "admin") return found.id;
  throw new Refused({
    code: found ? "forbidden" : "unknown-person",
    message: found ? `${nameOrId} may not adopt rules` : `there is no user ${nameOrId}`,
    allowed: "the name of a user whose role is admin",
  });
}
