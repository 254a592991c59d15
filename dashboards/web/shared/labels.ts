/**
 * The label table in the project's own form: which words must stand where, and which never may.
 * Operators act on words at three in the morning; words.test.ts holds every pack against this.
 */
type Pack = Readonly<Record<string, string>>;

/**
 * Key → its label. A key that no pack has yet belongs to a screen that is not built; from the day it
 * has one the label is this.
 */
export const labels: Readonly<Record<string, string>> = {
  "act.acknowledge": "接警",
  "act.silence": "消音",
  "act.confirmed": "核实为真实火警",
  "act.false": "核实为误报",
  "act.undetermined": "无法核实,按真实火警处置",
  "priority.P0": "确认火警",
  "priority.P1.fire": "火警待核实",
  "priority.P1.suppression": "消防设施失效",
  "priority.P2": "监管",
  "priority.P3": "故障",
  "priority.P4": "试验·信息",
  "verification.received": "待接警",
  "verification.acknowledged": "已接警",
  "verification.verifying": "核实中",
  "verification.confirmed": "核实为真实火警",
  "verification.false": "核实为误报",
  "verification.undetermined": "无法核实,按真实火警处置",
  "response.ordered": "已调派",
  "response.turned-out": "已出动",
  "response.on-scene": "已到场",
  "response.controlled": "已控制",
  "step.received": "待接警",
  "step.acknowledged": "已接警",
  "step.verifying": "核实中",
  "step.ordered": "已调派",
  "step.turned-out": "已出动",
  "step.on-scene": "已到场",
  "step.controlled": "已控制",
  "step.closed": "已结案",
  "reply.accepted": "接令",
  "reply.refused": "无法出动(原因)",
  "reply.turned-out": "已出动",
  "reply.on-scene": "已到场",
  "reply.controlled": "已控制",
  "reply.returned": "已归队",
  "act.recall": "中途返回",
  "act.reinforce": "请求增援",
  "act.second-station": "增派第二站",
  "order-kind.notify": "警情通报",
  "act.reply-by-radio": "电台(电话)代录",
  "alarm.latched": "报警保持",
  "alarm.reset-at-panel": "须在控制器上复位",
  "shelved.until": "暂缓提醒(至 {time})",
  "suppressed-by-design": "按设计抑制",
  "out-of-service": "停用",
  "disabled-at-panel": "屏蔽",
  impairment: "消防设施停用",
  "condition.unknown": "状态未知",
  "quality.unknown": "状态未知",
  "quality.stale": "数据过期(最后 {time})",
  "quality.bad": "数据无效",
  "quality.link-lost": "通信中断",
  "mark.test": "试验",
  "mark.drill": "演练",
  "mark.commissioning": "调试",
  "mark.replay": "回放",
  "pump.auto": "自动",
  "pump.manual": "手动",
  "pump.stopped": "停止",
  "pump.running": "运行",
  "pump.not-running": "未运行",
  "pump.fault": "故障",
  "pump.unproved": "运行未证实",
  "supply.main": "主电源",
  "supply.standby": "备用电源",
  "supply.switched": "已切换至备用",
  "linkage.notice": "本平台只通知人员、警报与显示,不启停水泵、阀门、风阀",
  "link.lost": "与平台失去联系 {time},请以火灾报警控制器为准",
  "hot-work.report": "动火报备",
  "hot-work.permit": "动火作业票",
  "hot-work.checked": "现场检查合格",
  "hot-work.approved": "本单位已审批",
  "hot-work.suspended": "已暂停:立即停止动火",
  "hot-work.watcher": "监护人",
  "hot-work.fire-watch": "动火后看护(剩 {minutes} 分)",
  "travel.time": "行车约 {minutes} 分钟({kind})",
  "travel.roads": "路网",
  "travel.estimated": "估算",
  "position.approximate": "位置近似 ±{km} km",
  "station.assumed": "假定站点",
  "certainty.assumed": "假定站点",
  "act.call-119": "拨打119(由值班员拨打)",
  "act.called-119": "119已报({time} {name})",
  "time.lasting": "已持续 {time}",
};

/** Words that a screen of today needs: here a missing key is a fault. */
const futureScreens = /^(pump|supply|linkage|hot-work)\./;

type Never = {
  /** Keys this is about; all of them where it is left out. */
  readonly keys?: RegExp;
  readonly text: RegExp;
  readonly why: string;
};

const never: readonly Never[] = [
  { text: /^(已|待|未|请)?确认$/, why: "确认 alone: of what?" },
  { text: /静默/, why: "消音, not 静默" },
  { text: /忽略/, why: "nothing is ignored here" },
  { text: /消除/, why: "核实为误报, not 消除" },
  { text: /\bP[0-4]\b/, why: "a bare P1: the word, not the code" },
  { text: /^(严重|一般)$/, why: "a priority has its own word" },
  { text: /已处理/, why: "a step says what was done" },
  { keys: /reply|order/, text: /同意|拒绝/, why: "接令 or 无法出动" },
  { keys: /recall|reinforce|order|station/, text: /取消/, why: "中途返回, not 取消" },
  { keys: /notify/, text: /调派/, why: "who is only told is not ordered" },
  { keys: /latch|reset/, text: /清除/, why: "须在控制器上复位, not 清除" },
  { keys: /shelve|suppressed|out-of-service/, text: /屏蔽/, why: "屏蔽 is the panel's own word" },
  { keys: /impairment|disabled/, text: /关闭/, why: "屏蔽 or 消防设施停用" },
  { keys: /unknown|stale|bad|link-lost/, text: /^(正常|0|--?|—)$/, why: "no data is never normal" },
  { text: /测试/, why: "试验, 演练, 调试 or 回放: four words" },
  { keys: /pump/, text: /^(开|关)$/, why: "运行 or 未运行" },
  { text: /A ?路正常/, why: "a supply nobody has measured is unknown" },
  { text: /一键启动/, why: "the platform starts nothing" },
  { text: /加载中/, why: "a lost link says so" },
  { text: /消防站批准/, why: "本单位已审批; a station only checks" },
  { keys: /suspended/, text: /异常/, why: "已暂停:立即停止动火" },
  { text: /已自动报警/, why: "119 is called by a person" },
  { text: /^[^\d{]*(\d+|\{\w+\}) ?(分钟|小时)前$/, why: "a time stands beside its length" },
  { keys: /travel|why$/, text: /^[^(]*\{minutes\} 分钟[^(]*$/, why: "the kind of the travel time" },
];

/** What is wrong with the words of a language, all packs together. */
export function labelFaults(pack: Pack): string[] {
  const faults: string[] = [];
  for (const [key, label] of Object.entries(labels)) {
    const is = pack[key];
    if (is === undefined && !futureScreens.test(key)) faults.push(`${key} is missing: ${label}`);
    if (is !== undefined && is !== label) faults.push(`${key} is ${is}, must be ${label}`);
  }
  for (const [key, text] of Object.entries(pack)) {
    for (const { keys, text: pattern, why } of never) {
      if ((!keys || keys.test(key)) && pattern.test(text)) faults.push(`${key}: ${text}: ${why}`);
    }
  }
  return faults;
}
