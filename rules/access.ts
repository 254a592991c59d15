/** Where a device answers when it is asked: on Modbus, or on OPC UA. */

/** Where a device answers on Modbus; how long it is waited for, and how often it is asked again. */
export type ModbusAccess = {
  readonly endpoint: string;
  readonly unit: number;
  readonly timeoutMs?: number;
  readonly retries?: number;
};

/** Where a device answers on OPC UA, and how much of a building stands behind it. */
export type OpcuaAccess = {
  readonly endpoint: string;
  /** Security policy; anything but "none" is signed and encrypted. */
  readonly security: "none" | "sign" | "sign-and-encrypt";
  /** A user name; its password is a secret file and never in an inventory. */
  readonly user?: string;
  /** First word of its node ids ("WH01"). */
  readonly root: string;
  readonly areaM2: number;
};
