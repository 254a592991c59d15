/** 气体分析: the reading, its limit beside it, the meter and when. Another unit than % vol is told, never converted. */
import { type ReactElement, useState } from "react";
import type { PermitView } from "#gateway/api/hot-work-contract.ts";
import { type GasFault, gasFault, lowerLimits, passLimit } from "#rules/hot-work/gas.ts";
import { type GasTest, gasUnits } from "#rules/hot-work/permit.ts";
import { Chips, Field } from "./fields.tsx";
import { fromInput } from "./form.ts";
import { Send, type SheetProps } from "./sheet-parts.tsx";
import { codeWord, useHotWords } from "./words.ts";

const minute = 60_000;
/** The gateway takes what is at most so old (H03). */
const oldestMs = 30 * minute;
const ago = [0, 5, 10, 15, 20, 25];

type Entered = {
  readonly substance: string;
  readonly value: string;
  readonly unit: string;
  readonly oxygen: string;
  readonly meter: string;
  readonly calibrated: string;
  readonly minutes: number;
};

const fieldOf: Readonly<Record<GasFault, string>> = {
  "wrong-unit": "unit",
  "not-a-reading": "value",
  "no-meter": "meter",
  "calibration-overdue": "calibrated",
  "taken-in-the-future": "calibrated",
  "too-old": "taken",
  "no-oxygen": "oxygen",
};

export function GasForm({ permit, now, utcOffsetMin, onSend }: SheetProps): ReactElement {
  const words = useHotWords();
  const { t } = words;
  const [entered, setEntered] = useState<Entered>({
    ...{ substance: "methane", value: "", unit: "%vol", oxygen: "", minutes: 0 },
    ...{ meter: permit.gas?.meter ?? "", calibrated: "" },
  });
  const [judged, setJudged] = useState(false);
  const put = (change: Partial<Entered>): void => setEntered({ ...entered, ...change });
  const test = testOf(entered, now, utcOffsetMin);
  const fault = faultIn(test, entered, permit, now);
  const at = (field: string): string | undefined =>
    judged && fault !== null && fieldOf[fault] === field ? fault : undefined;
  const limit = passLimit(entered.substance);
  const isOver = entered.value !== "" && Number(entered.value) > limit;
  const text = (key: "value" | "oxygen" | "meter", decimal: boolean): ReactElement => (
    <input
      value={entered[key]}
      inputMode={decimal ? "decimal" : "text"}
      onChange={(event) => put({ [key]: event.target.value.trim() })}
    />
  );
  return (
    <>
      <Field label={t("hw.gas.substance")} name="substance">
        <select
          value={entered.substance}
          onChange={(event) => put({ substance: event.target.value })}
        >
          {Object.keys(lowerLimits).map((one) => (
            <option key={one} value={one}>
              {codeWord(words, "substance", one)}
            </option>
          ))}
        </select>
      </Field>
      <Field
        label={t("hw.gas.value")}
        name="value"
        fault={at("value")}
        hint={t("hw.gas.limit", { limit })}
      >
        {text("value", true)}
        {isOver && <p className="failure small">{t("hw.gas.over")}</p>}
      </Field>
      <Field label={t("hw.gas.unit")} name="unit" fault={at("unit")}>
        <Chips
          label={t("hw.gas.unit")}
          choices={gasUnits.map((unit) => ({ value: unit, label: codeWord(words, "unit", unit) }))}
          value={[entered.unit]}
          onChange={(unit) => put({ unit })}
        />
      </Field>
      {(permit.report.object === "confined-space" || entered.oxygen !== "") && (
        <Field label={t("hw.gas.oxygen")} name="oxygen" fault={at("oxygen")}>
          {text("oxygen", true)}
        </Field>
      )}
      <Field label={t("hw.gas.meter")} name="meter" fault={at("meter")}>
        {text("meter", false)}
      </Field>
      <Field label={t("hw.gas.calibrated")} name="calibrated" fault={at("calibrated")}>
        <input
          type="date"
          value={entered.calibrated}
          onChange={(event) => put({ calibrated: event.target.value })}
        />
      </Field>
      <Field label={t("hw.gas.taken")} name="taken" fault={at("taken")}>
        <Chips
          label={t("hw.gas.taken")}
          choices={ago.map((minutes) => ({
            value: String(minutes),
            label: minutes === 0 ? t("hw.gas.taken-now") : t("hw.gas.minutes", { minutes }),
          }))}
          value={[String(entered.minutes)]}
          onChange={(minutes) => put({ minutes: Number(minutes) })}
        />
      </Field>
      <Send
        onSend={() => {
          setJudged(true);
          if (fault === null) onSend({ command: "note-gas-test", test });
        }}
      />
    </>
  );
}

function testOf(entered: Entered, now: number, utcOffsetMin: number): GasTest {
  const { substance, value, unit, oxygen, meter, calibrated, minutes } = entered;
  return {
    takenAt: Math.round(now) - minutes * minute,
    readings: [{ substance, value: Number(value), unit: unit as GasTest["readings"][0]["unit"] }],
    oxygen: oxygen === "" ? null : Number(oxygen),
    meter,
    calibratedAt: fromInput(`${calibrated}T00:00`, utcOffsetMin) ?? 0,
  };
}

/** By the function that the gateway goes by; an empty reading is none. */
function faultIn(
  test: GasTest,
  { value, oxygen }: Entered,
  { report }: PermitView,
  now: number,
): GasFault | null {
  if (value === "" || Number.isNaN(Number(value)) || Number.isNaN(Number(oxygen))) {
    return "not-a-reading";
  }
  return gasFault(test, { at: now, oldestMs, object: report.object });
}
