/** 回测: a rule over stored samples, beside the rule in force and the alarms that came. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import type { BacktestView, RulesLook } from "#gateway/api/contract.ts";
import { deleteJson, getJson, postJson } from "../../shared/api.ts";
import { useWords } from "../../shared/i18n.ts";
import { useLiveValue } from "../../shared/live.ts";
import { deviceOf, useDevices } from "../device/use-devices.ts";
import { type Refusal, toRefusal } from "../refusal.ts";
import { BacktestResult } from "./backtest-result.tsx";
import { draft, useDraft } from "./draft.ts";
import { Problem } from "./problem.tsx";
import { useRulePages } from "./use-rules.ts";
import type { RulesWord } from "./words/zh.ts";

const hourMs = 3_600_000;
const hours = [1, 6, 24, 72, 168, 744] as const;
/** A result that is done does not change. */
const askEveryMs = 700;

export function Backtest({ looked }: { readonly looked: RulesLook | null }): ReactElement | null {
  const { t } = useWords<RulesWord>();
  const { source, rule, backtest: id } = useDraft();
  const clockOffsetMs = useLiveValue((live) => live.clockOffsetMs);
  const [device, setDevice] = useState("");
  const [last, setLast] = useState<number>(24);
  const [refusal, refuse] = useState<Refusal | null>(null);
  const queries = useQueryClient();
  const path = `/api/v1/rules/backtests/${id}`;
  const view = useQuery({
    queryKey: ["backtest", id],
    queryFn: ({ signal }) => getJson<BacktestView>(path, signal),
    enabled: id !== null,
    refetchInterval: ({ state }) =>
      state.data === undefined || state.data.state === "running" ? askEveryMs : false,
  });
  const rules = useTriable(looked);
  // Only rules without errors are tried out; without any others, one in force.
  const isReady = source === null || (looked !== null && looked.hash !== null);
  if (!isReady) return null;
  const chosen = rule !== null && rules.includes(rule) ? rule : (rules[0] ?? "");
  const run = async (): Promise<void> => {
    refuse(null);
    const to = Math.round(Date.now() + clockOffsetMs);
    const body = {
      ...(source === null ? {} : { source }),
      ...(device === "" ? {} : { device }),
      rule: chosen,
      from: to - last * hourMs,
      to,
    };
    try {
      const begun = await postJson<BacktestView>("/api/v1/rules/backtests", body);
      draft.put({ backtest: begun.id, rule: chosen });
    } catch (error) {
      refuse(toRefusal(error));
    }
  };
  const cancel = async (): Promise<void> => {
    try {
      queries.setQueryData(["backtest", id], await deleteJson<BacktestView>(path));
    } catch (error) {
      refuse(toRefusal(error));
    }
  };
  const isRunning = view.data?.state === "running";
  return (
    <section className="backtest">
      <h2>{t("rules.backtest")}</h2>
      <p className="muted">{t("rules.backtest-law")}</p>
      <div className="rules-search">
        <label>
          {t("rules.rule")}
          <select value={chosen} onChange={(event) => draft.put({ rule: event.target.value })}>
            {rules.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </label>
        <DeviceChoice device={device} onDevice={setDevice} />
        <label>
          {t("rules.last")}
          <select value={last} onChange={(event) => setLast(Number(event.target.value))}>
            {hours.map((count) => (
              <option key={count} value={count}>
                {count <= 24 ? t("rules.hours", { count }) : t("rules.days", { count: count / 24 })}
              </option>
            ))}
          </select>
        </label>
        <button
          type="button"
          className="button"
          disabled={chosen === "" || isRunning}
          onClick={() => void run()}
        >
          {t("rules.run")}
        </button>
      </div>
      <Problem refusal={refusal ?? (view.error ? toRefusal(view.error) : null)} />
      {isRunning && (
        <p className="rule-acts" role="status">
          <progress max={1} value={view.data?.progress ?? 0} />
          {t("rules.running", { percent: Math.round((view.data?.progress ?? 0) * 100) })}
          <button type="button" className="button" onClick={() => void cancel()}>
            {t("rules.cancel")}
          </button>
        </p>
      )}
      {view.data && <End view={view.data} />}
    </section>
  );
}

function End({ view }: { readonly view: BacktestView }): ReactElement | null {
  const { t } = useWords<RulesWord>();
  if (view.state === "cancelled") return <p className="rules-note">{t("rules.cancelled")}</p>;
  if (view.problem) {
    const { code, message, allowed } = view.problem;
    return <Problem refusal={{ code, title: message, allowed, retryAfterMs: null }} />;
  }
  return view.result && <BacktestResult result={view.result} />;
}

/** What has changed stands first, then every rule in force that reads values. */
function useTriable(looked: RulesLook | null): readonly string[] {
  const pages = useRulePages("", "");
  const changed = (looked?.changes ?? []).flatMap(({ kind, pack, rule }) => {
    if (kind === "gone") return [];
    return pack.startsWith("site:") ? rule : `${pack}/${rule}`;
  });
  const inForce = (pages.data?.pages ?? [])
    .flatMap((page) => page.rules)
    .filter(({ reported }) => !reported)
    .map(({ pack, id }) => `${pack}/${id}`);
  return [...new Set([...changed, ...inForce])];
}

type DeviceProps = { readonly device: string; readonly onDevice: (device: string) => void };

function DeviceChoice({ device, onDevice }: DeviceProps): ReactElement {
  const { t, text } = useWords<RulesWord>();
  const list = useDevices(60_000);
  return (
    <label>
      {t("rules.device")}
      <select value={device} onChange={(event) => onDevice(event.target.value)}>
        <option value="">{t("rules.every-device")}</option>
        {(list.data?.devices ?? []).map((one) => (
          <option key={deviceOf(one)} value={deviceOf(one)}>
            {text(one.siteName)} {one.device}
          </option>
        ))}
      </select>
    </label>
  );
}
