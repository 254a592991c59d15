/** 报警泛滥 in Chinese. */
export const zh = {
  "flood.banner": "报警泛滥",
  "flood.law": "火警在最前,其余按单位归并;仅火警发声",
  "flood.group": "{count} 条 · {devices} 台设备",
  "flood.chatters": "抖动,静止后解除",
  "flood.waiting": "{count} 条待接警",
} as const;

export type FloodWord = keyof typeof zh;
