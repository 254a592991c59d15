/** What the command line asks about the roads, over control.sock or of the same parts without a gateway. */
import type { Actor } from "#rules/signal.ts";
import type { Handler } from "../control.ts";
import { Refused } from "../errors.ts";
import type { Gateway } from "../gateway.ts";
import { shapeFaults } from "../inventory/shape.ts";
import { type ClosureForm, closureForm } from "./closures.ts";

type RoadsRequest =
  | "roads-status"
  | "roads-compute"
  | "roads-close"
  | "roads-open"
  | "roads-import";

export function roadsHandlers(
  gateway: Gateway,
  actor: Actor,
): Readonly<Record<RoadsRequest, Handler>> {
  const { roads } = gateway;
  return {
    "roads-status": async () => roads.status(),
    "roads-compute": async ({ force }, progress) => roads.compute(force === true, progress),
    "roads-close": async ({ closure }) => roads.close(formOf(closure), actor),
    "roads-open": async ({ id }) => roads.reopen(String(id), actor),
    "roads-import": async ({ file }) => roads.importClosures(String(file), actor),
  };
}

/** Throws `Refused` with what is wrong and what is allowed. */
export function formOf(value: unknown): ClosureForm {
  const faults = shapeFaults(closureForm, value);
  if (faults.length === 0) return value as ClosureForm;
  const message = faults.map(({ path, message: what }) => `${path.join(".")} ${what}`).join("\n");
  throw new Refused({ code: "bad-closure", message });
}
