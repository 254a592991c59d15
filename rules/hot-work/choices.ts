/**
 * Codes that people choose from where the contract takes any code: tools, and the reasons of acts. The
 * journal holds codes and never a free text; another platform may send codes of its own.
 */
export const tools = [
  "electric-welder",
  "gas-torch",
  "angle-grinder",
  "cutting-machine",
  "blowlamp",
  "heat-gun",
  "drill",
  "other",
] as const;

export const cancelReasons = ["not-needed", "weather", "no-time", "wrong-entry", "other"] as const;
export const refuseReasons = ["not-safe", "no-people", "can-be-avoided", "other"] as const;
/** Of a party that does not sign. */
export const waiveReasons = ["does-not-exist", "not-on-duty", "at-an-alarm", "other"] as const;
/** Of a gas test that is not applicable (不适用). */
export const gasWaiverReasons = ["open-structure", "no-gas-nearby", "fixed-area", "other"] as const;
export const stopReasons = [
  "danger-seen",
  "people-gone",
  "equipment-fault",
  "break",
  "other",
] as const;
