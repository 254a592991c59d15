/**
 * Alarms and Conditions (OPC 10000-9): a node whose value is an alarm has an AlarmConditionType.
 * It is made when the alarm first comes: each is sixty nodes and takes 8 ms, and few of 1,600 will
 * ever be needed. From then on it stays, so that ConditionRefresh tells of it.
 */
import { StatusCodes, type UAAlarmConditionEx, type UAObject } from "node-opcua";
import type { Served } from "./address-space.ts";
import type { WarehouseNode } from "./nodes.ts";

export class Conditions {
  readonly #served: Served;
  readonly #made = new Map<string, UAAlarmConditionEx>();

  constructor(served: Served) {
    this.#served = served;
  }

  /** To be told of every change of a node's value. */
  judge(node: WarehouseNode, value: boolean | number, at: Date): void {
    if (!node.alarm) return;
    const active = value === node.alarm.at;
    const made = this.#made.get(node.id);
    if (made ? made.activeState.getValue() === active : !active) return;
    const condition = made ?? this.#make(node);
    if (!condition) return;
    if (active) condition.activateAlarm();
    // What nobody has acknowledged is kept for whoever asks later.
    else condition.deactivateAlarm(!condition.ackedState.getValue());
    condition.raiseNewCondition({
      message: { locale: "zh-CN", text: node.name.zh },
      severity: node.alarm.severity,
      quality: StatusCodes.Good,
      retain: active || !condition.ackedState.getValue(),
      time: at,
      receiveTime: at,
    });
  }

  #make(node: WarehouseNode): UAAlarmConditionEx | null {
    const variable = this.#served.variables.get(node.id);
    const source = variable?.parent as UAObject | undefined;
    if (!variable || !source) return null;
    const condition = this.#served.namespace.instantiateAlarmCondition("AlarmConditionType", {
      browseName: `${variable.browseName.name}Alarm`,
      nodeId: `s=${node.identifier}.Alarm`,
      conditionName: node.id,
      componentOf: source,
      conditionSource: source,
      inputNode: variable,
    });
    this.#made.set(node.id, condition);
    return condition;
  }
}
