/** 接报: a call comes in by telephone. What it is, where, how urgent, who said so; then it is ordered. */
import { type ReactElement, useState } from "react";
import { type IncidentKind, incidentKinds } from "#rules/dispatch/first-alarm.ts";
import {
  type ReportedWhat,
  type ReportIncident,
  type ReportWay,
  reportedWhats,
  reportPriorities,
  reportWays,
} from "#rules/incident/report.ts";
import { postJson } from "../../shared/api.ts";
import { useWords } from "../../shared/i18n.ts";
import { useLiveStore, useLiveValue } from "../../shared/live.ts";
import { useDesk } from "../acts.ts";
import { Choices } from "../choices.tsx";
import { Field } from "../field.tsx";
import { Frame, useActHere } from "../frame.tsx";
import type { Refusal } from "../refusal.ts";
import { PlaceChoice, type Where } from "./place.tsx";
import { reportedSince } from "./reported-since.ts";
import "./report.css";
import type { ReportWord } from "./words/zh.ts";

type Priority = ReportIncident["priority"];

export function ReportDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { t, rule } = useWords<ReportWord>();
  const act = useActHere();
  const { refuse, select } = useDesk();
  const store = useLiveStore();
  const [kind, setKind] = useState<IncidentKind | null>(null);
  const [what, setWhat] = useState<ReportedWhat | null>(null);
  const [priority, setPriority] = useState<Priority>("P1");
  const [where, setWhere] = useState<Where | null>(null);
  const [via, setVia] = useState<ReportWay>("phone");
  const [caller, setCaller] = useState({ name: "", phone: "" });
  const [asked, setAsked] = useState(false);
  const isGiven = caller.name.trim() !== "" || caller.phone.trim() !== "";
  const isKept = !isGiven || numberOf(caller.phone) !== null;
  const of = kind === "fire" ? "fire" : "other";
  const run = async (): Promise<Refusal | null> => {
    if (!kind || !what || !where) return null;
    const who = await callerOf(caller, t("report.caller.unnamed"));
    const before = store.live().incidents;
    const refusal = await act({
      ...{ command: "report-incident", kind, what, priority, via, ...where },
      ...(who === null ? {} : { caller: who }),
      ...(asked ? { sure: true } : {}),
    });
    // Whoever took the call works on it: its card is what comes next.
    const opened = refusal === null ? reportedSince(before, store.live().incidents) : null;
    if (opened !== null) select(opened);
    // Asked once more, it is meant so.
    setAsked(refusal?.code === "looks-like-gcj-02");
    if (refusal === null && isGiven && who === null) refuse(notKept);
    return refusal;
  };
  return (
    <Frame
      title={t("report.title")}
      onClose={onClose}
      width={1080}
      does={{
        label: t(asked ? "report.sure" : "report.do"),
        danger: true,
        ready: what !== null && where !== null,
        run,
      }}
    >
      <div className="report">
        <div className="report-part">
          <Choices
            first
            label={t("report.kind")}
            columns={2}
            choices={incidentKinds.map((value) => ({ value, label: t(`report.kind.${value}`) }))}
            value={kind}
            onChoose={(value) => {
              setKind(value as IncidentKind);
              setWhat(null);
            }}
          />
          {kind && (
            <Choices
              label={t("report.what")}
              columns={3}
              choices={reportedWhats[kind].map((value) => ({
                value,
                label: rule(`report.${kind}.${value}`),
              }))}
              value={what}
              onChoose={(value) => setWhat(value as ReportedWhat)}
            />
          )}
          {kind && (
            <Choices
              label={t("report.priority")}
              columns={2}
              choices={[...reportPriorities].reverse().map((value) => ({
                value,
                label: t(`report.priority.${of}.${value}`),
              }))}
              value={priority}
              onChoose={(value) => setPriority(value as Priority)}
            />
          )}
          <Choices
            label={t("report.via")}
            columns={3}
            choices={reportWays.map((value) => ({ value, label: t(`report.via.${value}`) }))}
            value={via}
            onChoose={(value) => setVia(value as ReportWay)}
          />
          <div className="report-caller">
            <Field
              label={t("report.caller")}
              value={caller.name}
              onChange={(name) => setCaller({ ...caller, name })}
            />
            <Field
              label={t("report.phone")}
              value={caller.phone}
              onChange={(phone) => setCaller({ ...caller, phone })}
            />
          </div>
          <p className={isKept ? "muted" : "problem"}>
            {t(isKept ? "report.caller.hint" : "report.caller.unkept")}
          </p>
        </div>
        <div className="report-part">
          <PlaceChoice onChange={setWhere} />
          {where && "site" in where && <OpenHere site={where.site} />}
        </div>
      </div>
    </Frame>
  );
}

/** Ten people telephone of one fire: who takes the second call must see that the first is under way. */
function OpenHere({ site }: { readonly site: string }): ReactElement | null {
  const { t } = useWords<ReportWord>();
  const incidents = useLiveValue((live) => live.incidents);
  const open = [...incidents.values()].filter((card) => card.site === site && !card.closedAt);
  if (open.length === 0) return null;
  const numbers = open.map(({ number }) => number).join("、");
  return <p className="problem">{t("report.open", { numbers })}</p>;
}

const notKept: Refusal = {
  ...{ code: "caller-not-kept", title: "the caller was not kept" },
  ...{ allowed: null, retryAfterMs: null },
};

/** A telephone number as people.db takes it; null where it is none. */
function numberOf(phone: string): string | null {
  const number = phone.trim();
  return /^[0-9+][0-9 ()-]{2,30}$/.test(number) ? number : null;
}

/**
 * The id of the caller: name and number go where they can be deleted, and into no event. Null where
 * they could not be kept: no order waits for a name.
 */
async function callerOf(
  caller: { readonly name: string; readonly phone: string },
  unnamed: string,
): Promise<string | null> {
  const phone = numberOf(caller.phone);
  if (phone === null) return null;
  const guest = { name: caller.name.trim() || unnamed, phone };
  try {
    return (await postJson<{ id: string }>("/api/v1/guests", guest, { withinMs: 1500 })).id;
  } catch {
    return null;
  }
}
