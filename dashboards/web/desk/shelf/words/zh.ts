/** 暂缓提醒、停用、按设计抑制、未应答升级 in Chinese. */
export const zh = {
  "held.title": "不在列表中的报警",
  "held.law": "这里的报警不发声、不进入列表。手动报警按钮的按下永不在此。",
  "held.shelved": "暂缓提醒 {count}",
  "held.out-of-service": "停用 {count}",
  "held.by-design": "按设计抑制 {count}",
  "held.none": "无",

  "out.act": "停用",
  "out.law":
    "停用期间其报警不发声、不进入列表;手动报警按钮的按下不停用,双信号中有一点在用即为真实。到期仍在的报警按真实处置。",
  "out.scope": "范围",
  "out.scope.points": "使此报警成立的点:{points}",
  "out.scope.rule": "此设备的这一规则:{rule}",
  "out.scope.device": "整台设备:{device}",
  "out.reason": "原因",
  "out.reason.being-repaired": "正在维修",
  "out.reason.being-replaced": "正在更换",
  "out.reason.building-work": "施工",
  "out.reason.hot-work": "动火作业",
  "out.reason.not-commissioned": "尚未投用",
  "out.reason.other": "其他",
  "out.for": "计划时长",
  "out.hours": "{count}小时",
  "out.days": "{count}天",
  "out.until": "停用(至 {time})",
  "out.by": "自 {time},{name}",
  "out.whole": "整台设备(按下除外)",
  "out.end": "恢复投用",
  "out.end-ask": "恢复后仍在的报警即按真实处置并调派",
  "out.alarms": "停用期间的报警 {count}",

  "design.by": "因“{title}”抑制",

  "escalation.nobody": "清单未登记此人",
  "phone.ask": "查看电话",
  "phone.none": "无电话",
  "phone.failed": "电话读取失败,请查应急卡",

  "panel.title": "控制器",
  "panel.reset": "已复位",
  "panel.muted": "已消音",
  "panel.not-muted": "消音解除",
  "panel.disabled": "屏蔽 {count} 处",
  "panel.not-disabled": "屏蔽已解除",
  "panel.auto": "自动",
  "panel.manual": "手动",
  "panel.reset-since": "控制器 {at} 已复位",
  "card.not-reset": "现场未复位,请在控制器上复位",
  "act.looked-into": "已查明,关闭",
} as const;

export type ShelfWord = keyof typeof zh;
