import assert from "node:assert/strict";
import { globSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { orderReplies } from "#rules/dispatch/order.ts";
import { refusalReasons } from "#rules/reasons.ts";
import { en as rulesEn } from "#rules/text/en.ts";
import { zh as rulesZh } from "#rules/text/zh.ts";
import { labelFaults, labels } from "./labels.ts";

type Pack = Readonly<Record<string, string>>;

const web = join(import.meta.dirname, "..");

/** Every pack of a language, of whatever entry: `shared/words/zh.ts`, `desk/words/zh.ts`, …. */
async function packs(language: "zh" | "en"): Promise<Map<string, Pack>> {
  const files = globSync(`{shared,desk,phone}/**/words/*${language}.ts`, { cwd: web }).sort();
  const loaded = new Map<string, Pack>();
  for (const file of files) {
    const module: Record<string, Pack> = await import(join(web, file));
    for (const [name, pack] of Object.entries(module)) loaded.set(`${file} ${name}`, pack);
  }
  return loaded;
}

const merged = (all: Map<string, Pack>): Pack => Object.assign({}, ...all.values());
const parameters = (text: string): string => (text.match(/\{\w+\}/g) ?? []).sort().join();

test("LB-1: each label stands where it must, no word stands where it must not", async () => {
  const screens = await packs("zh");
  assert.ok(screens.size > 0, "no pack was found");
  assert.deepEqual(labelFaults({ ...rulesZh, ...merged(screens) }), []);
  // A pack of one entry may not hide what another says under the same key.
  for (const [file, pack] of screens) {
    const alone = labelFaults(pack).filter((fault) => !fault.includes(" is missing: "));
    assert.deepEqual(alone, [], file);
  }
});

test("LB-2: the label check itself can fail, for each kind of fault", () => {
  const good: Pack = { ...labels };
  assert.deepEqual(labelFaults(good), []);
  const bad: readonly [Pack, RegExp][] = [
    [{ "act.acknowledge": "确认" }, /确认, must be 接警/],
    [{ "button.ok": "确认" }, /确认 alone/],
    [{ "state.done": "已确认" }, /确认 alone/],
    [{ "button.silence": "静默" }, /静默/],
    [{ "act.false": "忽略" }, /nothing is ignored/],
    [{ "badge.p1": "P1" }, /a bare P1/],
    [{ "badge.high": "严重" }, /its own word/],
    [{ "step.done": "已处理" }, /says what was done/],
    [{ "reply.refused": "拒绝" }, /接令 or 无法出动/],
    [{ "act.recall-order": "取消调派" }, /中途返回, not/],
    [{ "order-kind.notify": "调派" }, /only told/],
    [{ "act.reset-alarm": "清除" }, /复位/],
    [{ "shelved.mark": "屏蔽" }, /panel's own/],
    [{ "impairment.mark": "关闭" }, /消防设施停用/],
    [{ "value.unknown": "正常" }, /never normal/],
    [{ "value.stale": "--" }, /never normal/],
    [{ "mark.any-test": "测试" }, /four words/],
    [{ "pump.state": "开" }, /未运行/],
    [{ "linkage.start": "一键启动" }, /starts nothing/],
    [{ "link.wait": "加载中…" }, /says so/],
    [{ "hot-work.by": "消防站批准" }, /only checks/],
    [{ "hot-work.suspended-mark": "异常" }, /立即停止/],
    [{ "call.119": "已自动报警" }, /by a person/],
    [{ "time.ago": "{n} 分钟前" }, /beside its length/],
    [{ "travel.short": "{minutes} 分钟" }, /kind of the travel time/],
  ];
  for (const [pack, why] of bad) {
    assert.match(labelFaults({ ...good, ...pack }).join("\n"), why, JSON.stringify(pack));
  }
  const { "link.lost": _, ...without } = good;
  assert.match(labelFaults(without).join(), /link\.lost is missing/);
});

test("LB-3: Chinese and English have the same keys and parameters", async () => {
  const [zh, en] = [await packs("zh"), await packs("en")];
  const chinese: Pack = { ...rulesZh, ...merged(zh) };
  const english: Pack = { ...rulesEn, ...merged(en) };
  assert.deepEqual(Object.keys(english).sort(), Object.keys(chinese).sort());
  for (const [key, text] of Object.entries(chinese)) {
    assert.notEqual(text.trim(), "", key);
    assert.equal(parameters(english[key] ?? ""), parameters(text), key);
  }
});

test("LB-4: every reply and every reason a crew may give has its word", async () => {
  const zh = merged(await packs("zh"));
  for (const reply of orderReplies) assert.ok(zh[`reply.${reply}`], reply);
  for (const reason of refusalReasons) assert.ok(zh[`refusal.${reason}`], reason);
});
