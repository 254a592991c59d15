import assert from "node:assert/strict";
import { test } from "node:test";
import { checklistRows, notPossibleReasons, rowStates } from "../incident/checklist.ts";
import { callBackResults, causeCodes, foundCodes, lookWays } from "../incident/incident.ts";
import { waitCodes } from "../incident/waits.ts";
import { rulebook } from "../rulebook.ts";
import { en } from "./en.ts";
import { say } from "./render.ts";
import { zh } from "./zh.ts";

/** Every code a person can meet, by its key in the packs. */
const codes = [
  ...["P0", "P1.fire", "P1.suppression", "P2", "P3", "P4"].map((p) => `priority.${p}`),
  ...Object.keys(rulebook).map((id) => `rule.${id}`),
  ...callBackResults.map((result) => `call-back.${result}`),
  ...foundCodes.map((code) => `found.${code}`),
  ...lookWays.map((how) => `look.${how}`),
  ...checklistRows.map((row) => `checklist.${row}`),
  ...rowStates.map((state) => `checklist-state.${state}`),
  ...notPossibleReasons.map((reason) => `not-possible.${reason}`),
  ...waitCodes.map((code) => `wait.${code}`),
  ...causeCodes.map((code) => `cause.${code}`),
  ...["normal", "unacknowledged", "acknowledged", "returned-unacknowledged"].map(
    (s) => `alarm-state.${s}`,
  ),
  ...[
    "late",
    "unreadable",
    "unknown-device",
    "unknown-site",
    "clock-not-believed",
    "quarantined",
  ].map((m) => `mark.${m}`),
  ...["received", "acknowledged", "verifying", "confirmed", "false", "test", "undetermined"].map(
    (v) => `verification.${v}`,
  ),
  ...["none", "ordered", "turned-out", "on-scene", "controlled", "returned", "recalled"].map(
    (r) => `response.${r}`,
  ),
  ...[
    "issued",
    "accepted",
    "refused",
    "turned-out",
    "on-scene",
    "controlled",
    "returned",
    "recalled",
  ].map((s) => `order-state.${s}`),
  ...[
    "nearest",
    "micro-of-site",
    "plan",
    "second-after-silence",
    "third-after-silence",
    "after-refusal",
    "brigade-of-town",
    "priority-raised",
    "by-person",
    "everybody",
  ].map((r) => `order-reason.${r}`),
  ...[
    "no-acceptance",
    "undelivered",
    "second-station-ordered",
    "third-station-ordered",
    "no-further-station",
    "station-refused",
    "no-verifier",
    "verifier-silent",
    "verifier-refused",
    "unverified",
    "unacknowledged",
    "second-signal",
    "phone-notified",
    "call-119-overdue",
    "second-person-silent",
    "recall-unanswered",
    "no-position",
    "no-station",
    "quarantined-press",
  ].map((p) => `prompt.${p}`),
];

test("TX-1: every code has a text in both languages, and both packs have the same keys", () => {
  assert.deepEqual(Object.keys(en).sort(), Object.keys(zh).sort());
  for (const key of codes) assert.ok(Object.hasOwn(zh, key), key);
});

test("TX-2: both languages name the same parameters", () => {
  const names = (text: string): string[] =>
    [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1] ?? "").sort();
  for (const [key, text] of Object.entries(zh)) {
    assert.deepEqual(names(en[key as keyof typeof zh]), names(text), key);
  }
});

test("TX-3: the words an operator acts on are the agreed ones, and the forbidden ones do not occur", () => {
  const labels: Record<string, string> = {
    "priority.P0": "确认火警",
    "priority.P1.fire": "火警待核实",
    "priority.P1.suppression": "消防设施失效",
    "priority.P2": "监管",
    "priority.P3": "故障",
    "verification.confirmed": "核实为真实火警",
    "verification.false": "核实为误报",
    "verification.undetermined": "无法核实,按真实火警处置",
    "order-state.accepted": "接令",
    "order-state.refused": "无法出动",
    "order-state.returned": "已归队",
    "order-state.recalled": "中途返回",
    "order-kind.notify": "警情通报",
    "condition.unknown": "状态未知",
    "rule.S02": "通信中断",
  };
  for (const [key, label] of Object.entries(labels)) assert.equal(say("zh", key), label);
  const never = [
    "静默",
    "忽略",
    "消除",
    "严重",
    "已处理",
    "同意",
    "拒绝",
    "清除",
    "已自动报警",
    "一键启动",
  ];
  for (const [key, text] of Object.entries(zh)) {
    for (const word of never) assert.ok(!text.includes(word), `${key}: ${word}`);
  }
});

test("TX-4: a code no pack knows is shown as it is; a parameter is never lost", () => {
  assert.equal(say("en", "rule.X99"), "rule.X99");
  assert.equal(
    say("zh", "alarm.outage", { from: "02:10:04", to: "02:14:31" }),
    "系统中断 02:10:04–02:14:31",
  );
  assert.equal(say("en", "alarm.outage", { from: "a" }), "System outage a–{to}");
});
