/** One act on a permit: what it needs to know, and one button that does it. */
import { useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import type { PermitView } from "#gateway/api/hot-work-contract.ts";
import {
  cancelReasons,
  refuseReasons,
  stopReasons,
  waiveReasons,
} from "#rules/hot-work/choices.ts";
import { capacities } from "#rules/hot-work/permit.ts";
import { postJson } from "../../shared/api.ts";
import { formatDateTime } from "../../shared/format.ts";
import { useLiveValue } from "../../shared/live.ts";
import { type ByPin, needsPin, useDesk } from "../acts.ts";
import { type Choice, Choices } from "../choices.tsx";
import { Frame } from "../frame.tsx";
import { SignHere } from "../person-dialog.tsx";
import { type Refusal, toRefusal } from "../refusal.ts";
import type { DeskPermitAct } from "./may.ts";
import { PhotoField } from "./photo-field.tsx";
import { usePermitWords } from "./words.ts";

type Props = {
  readonly permit: PermitView;
  readonly act: DeskPermitAct;
  readonly onClose: () => void;
};

/** What a person has chosen so far; which of it an act needs stands in `bodyOf`. */
type Given = Readonly<
  Partial<Record<"reason" | "party" | "result" | "beaufort" | "as" | "photo", string>>
> & {
  readonly startsAt?: number;
  readonly endsAt?: number;
};

export function PermitActDialog({ permit, act, onClose }: Props): ReactElement {
  const { t, of } = usePermitWords();
  const { seat } = useDesk();
  const queries = useQueryClient();
  const { startsAt, endsAt } = permit.report;
  const [given, setGiven] = useState<Given>({ startsAt, endsAt });
  const give = (more: Given): void => setGiven((before) => ({ ...before, ...more }));
  const body = bodyOf(act, given);
  // An expired session acts by PIN, as with every other act of the desk; it is asked for in the same frame.
  const isExpired = useLiveValue(({ access }) => access === "read-only");
  const [isAsked, setAsked] = useState(isExpired);
  const [by, setBy] = useState<ByPin | null>(null);
  const asksPin = isExpired || isAsked;
  const run = async (): Promise<Refusal | null> => {
    try {
      const path = `/api/v1/hot-work/${encodeURIComponent(permit.id)}/acts`;
      const signed = by === null ? {} : { by };
      await postJson(path, { seat, act: { command: act, ...body }, ...signed });
      await queries.invalidateQueries({ queryKey: ["permits"] });
      return null;
    } catch (error) {
      if (needsPin(error)) setAsked(true);
      return toRefusal(error);
    }
  };
  const danger = act === "stop-work" || act === "cancel-permit" || act === "refuse-permit";
  return (
    <Frame
      title={`${of("act", act)} · ${t("hot-work.number", { number: permit.number })}`}
      onClose={onClose}
      does={{
        label: of("act", act),
        ready: body !== null && (by !== null || !asksPin),
        run,
        danger,
      }}
    >
      <Asked act={act} permit={permit} given={given} give={give} />
      {asksPin && <SignHere onChange={setBy} />}
    </Frame>
  );
}

const reasonsOf = {
  "stop-work": stopReasons,
  "cancel-permit": cancelReasons,
  "refuse-permit": refuseReasons,
  "waive-party": waiveReasons,
} as const;

/** What is sent; null while something is missing. */
function bodyOf(act: DeskPermitAct, given: Given): object | null {
  const { reason, party, result, beaufort, as, photo, startsAt = 0, endsAt = 0 } = given;
  switch (act) {
    case "stop-work":
    case "cancel-permit":
    case "refuse-permit":
      return reason === undefined ? null : { reason };
    case "waive-party":
      return reason === undefined || party === undefined ? null : { party, reason };
    case "check-by-video":
      return result === undefined || photo === undefined
        ? null
        : { pass: result === "pass", photo };
    case "reschedule-permit":
      return startsAt > 0 && endsAt > startsAt ? { startsAt, endsAt } : null;
    case "approve-permit":
      return as === undefined ? null : { as };
    case "note-wind":
      return beaufort === undefined ? null : { beaufort: Number(beaufort) };
    default:
      return act satisfies never;
  }
}

type AskedProps = {
  readonly act: DeskPermitAct;
  readonly permit: PermitView;
  readonly given: Given;
  readonly give: (more: Given) => void;
};

function Asked({ act, permit, given, give }: AskedProps): ReactElement {
  const { t, of } = usePermitWords();
  const choicesOf = (set: string, codes: readonly string[]): Choice[] =>
    codes.map((value) => ({ value, label: of(set, value) }));
  switch (act) {
    case "check-by-video":
      return (
        <>
          <Choices
            first
            label={t("permit.result")}
            columns={2}
            choices={choicesOf("result", ["pass", "fail"])}
            value={given.result ?? null}
            onChoose={(result) => give({ result })}
          />
          <PhotoField site={permit.report.site} onPhoto={(photo) => give({ photo })} />
        </>
      );
    case "reschedule-permit":
      return <Times given={given} give={give} />;
    case "approve-permit":
      return (
        <Choices
          first
          label={t("permit.as")}
          columns={2}
          choices={choicesOf("capacity", capacities)}
          value={given.as ?? null}
          onChoose={(as) => give({ as })}
        />
      );
    case "note-wind":
      return (
        <Choices
          first
          label={t("permit.beaufort")}
          columns={5}
          choices={Array.from({ length: 10 }, (_, i) => ({ value: String(i), label: String(i) }))}
          value={given.beaufort ?? null}
          onChoose={(beaufort) => give({ beaufort })}
        />
      );
    default: {
      const unsigned = permit.check?.parties.filter(({ result }) => result === null) ?? [];
      return (
        <>
          {act === "waive-party" && (
            <Choices
              first
              label={t("permit.party")}
              columns={2}
              choices={choicesOf(
                "party",
                unsigned.map(({ party }) => party),
              )}
              value={given.party ?? null}
              onChoose={(party) => give({ party })}
            />
          )}
          <Choices
            first={act !== "waive-party"}
            label={t("permit.reason")}
            columns={2}
            choices={choicesOf("reason", reasonsOf[act])}
            value={given.reason ?? null}
            onChoose={(reason) => give({ reason })}
          />
        </>
      );
    }
  }
}

/** Two times of the district's own clock, whatever that of this machine is set to. */
function Times({ given, give }: Pick<AskedProps, "given" | "give">): ReactElement {
  const { t } = usePermitWords();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  const shown = (at: number): string =>
    formatDateTime(at, utcOffsetMin).slice(0, 16).replace(" ", "T");
  const read = (text: string): number => {
    const at = Date.parse(`${text}:00Z`) - utcOffsetMin * 60_000;
    return Number.isNaN(at) ? 0 : at;
  };
  return (
    <div className="permit-times">
      {(["startsAt", "endsAt"] as const).map((key) => (
        <label key={key}>
          {t(key === "startsAt" ? "permit.starts-at" : "permit.ends-at")}
          <input
            type="datetime-local"
            defaultValue={shown(given[key] ?? 0)}
            onChange={(event) => give({ [key]: read(event.target.value) })}
          />
        </label>
      ))}
    </div>
  );
}
