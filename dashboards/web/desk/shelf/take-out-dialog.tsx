/** To take a device, some of its points or one of its rules out of service (停用). */
import { type ReactElement, useState } from "react";
import type { ActBody, AlarmRow } from "#gateway/api/contract.ts";
import { outOfServiceReasons } from "#rules/reasons.ts";
import { useWords } from "../../shared/i18n.ts";
import { useLiveValue } from "../../shared/live.ts";
import { type Choice, Choices } from "../choices.tsx";
import { Frame, useActHere } from "../frame.tsx";
import type { ShelfWord } from "./words/zh.ts";

type Reason = Extract<ActBody["command"], { command: "take-out-of-service" }>["reason"];
type Scope = "points" | "rule" | "device";

const hours = [4, 24, 72, 168, 720] as const;
const hourMs = 3_600_000;

type Props = {
  /** The alarm it began with; null: from the page of the device. */
  readonly alarm: AlarmRow | null;
  /** SITE/DEVICE. */
  readonly device: string;
  readonly onClose: () => void;
};

export function TakeOutDialog({ alarm, device: key, onClose }: Props): ReactElement {
  const { t, text } = useWords<ShelfWord>();
  const act = useActHere();
  const clockOffsetMs = useLiveValue((live) => live.clockOffsetMs);
  const [scope, setScope] = useState<Scope>(alarm ? "points" : "device");
  const [reason, setReason] = useState<Reason | null>(null);
  const [lasts, setLasts] = useState<number>(4);
  const [site = "", device = ""] = key.split("/");
  const run = async () => {
    if (reason === null) return null;
    // A second less: the gateway's clock may be a moment behind.
    const until = Math.round(Date.now() + clockOffsetMs + lasts * hourMs - 1000);
    const what =
      alarm && scope === "points"
        ? { points: alarm.causes.map(({ point }) => point) }
        : alarm && scope === "rule"
          ? { rule: alarm.rule }
          : {};
    return act({ command: "take-out-of-service", site, device, ...what, reason, until });
  };
  const length = (count: number): string =>
    count < 24 ? t("out.hours", { count }) : t("out.days", { count: count / 24 });
  return (
    <Frame
      title={`${t("out.act")} · ${alarm ? text(alarm.what) : key}`}
      onClose={onClose}
      width={760}
      does={{ label: t("out.act"), ready: reason !== null, run }}
    >
      <p className="muted">{t("out.law")}</p>
      <Choices
        label={t("out.scope")}
        choices={scopes(alarm, key, t, text)}
        value={scope}
        onChoose={(value) => setScope(value as Scope)}
      />
      <Choices
        first
        label={t("out.reason")}
        columns={2}
        choices={outOfServiceReasons.map((value) => ({ value, label: t(`out.reason.${value}`) }))}
        value={reason}
        onChoose={(value) => setReason(value as Reason)}
      />
      <Choices
        label={t("out.for")}
        columns={5}
        choices={hours.map((count) => ({ value: String(count), label: length(count) }))}
        value={String(lasts)}
        onChoose={(value) => setLasts(Number(value))}
      />
    </Frame>
  );
}

function scopes(
  alarm: AlarmRow | null,
  device: string,
  t: (word: ShelfWord, of: Record<string, string>) => string,
  text: (of: AlarmRow["title"]) => string,
): Choice[] {
  const whole = { value: "device", label: t("out.scope.device", { device }) };
  if (!alarm) return [whole];
  const points = alarm.causes.map(({ name }) => text(name)).join(" · ");
  return [
    { value: "points", label: t("out.scope.points", { points }) },
    { value: "rule", label: t("out.scope.rule", { rule: text(alarm.title) }) },
    whole,
  ];
}
