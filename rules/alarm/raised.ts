/** What every alarm has that no device has sent: of its rule, and nothing of a press. */
import type { Rule } from "../rulebook.ts";

export function raisedBy({ id, class: of, priority, point, latched }: Rule) {
  const press = { deviceTs: null, seq: null, key: null } as const;
  const rule = { rule: id, class: of, priority, point, latched } as const;
  return { type: "alarm-raised", ...rule, marks: [], ...press, outage: null } as const;
}
