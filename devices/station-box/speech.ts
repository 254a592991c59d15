/** What a station box says and how it sounds: a sentence of the order's own Chinese text, once. */
import type { OrderKind } from "#rules/dispatch/order.ts";

/** An order as it comes over the wire; whatever else stands in it is kept. */
export type ReceivedOrder = {
  readonly order: string;
  readonly revision: number;
  readonly kind: OrderKind;
  readonly incident: string;
  readonly what?: { readonly zh?: string } | null;
  readonly place?: { readonly zh?: string } | null;
  readonly hotWork?: readonly unknown[];
  readonly [key: string]: unknown;
};

/** Each kind of order has its own sound: a crew knows by ear whether it has to run. */
export const sirens = {
  "turn-out": "two-tone",
  "stand-by": "chime",
  recall: "falling",
  notify: "single",
} as const satisfies Readonly<Record<OrderKind, string>>;
export type Siren = (typeof sirens)[OrderKind] | "off";

const leads: Readonly<Record<OrderKind, string>> = {
  "turn-out": "调派指令,立即出动",
  "stand-by": "预警,暂不出动",
  recall: "中途返回",
  notify: "警情通报",
};

/** What the box says of itself. */
export const notices = {
  "gateway-lost": "与平台断线",
  "gateway-back": "与平台恢复连接",
  "not-recording": "平台暂时不能记录",
  battery: "市电中断,电池供电",
  mains: "市电恢复",
  "battery-low": "电池电量低",
} as const;
export type Notice = keyof typeof notices;

export function sentenceOf(order: ReceivedOrder): string {
  const { kind, revision, what, place, hotWork = [] } = order;
  const parts = [
    leads[kind] ?? leads.notify,
    revision > 1 && kind !== "recall" && "内容已更新",
    what?.zh ?? place?.zh ?? "地点不详",
    hotWork.length > 0 && `附近动火作业${hotWork.length}处`,
    kind === "turn-out" && "请按接令键",
  ];
  return `${parts.filter(Boolean).join("。")}。`;
}
