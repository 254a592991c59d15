/**
 * 119报警单: what to say to 119, in letters that are read with the telephone at the ear. What nobody has
 * listed says so. firelink dials nobody: the button logs a call that a person has made.
 */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import { useState } from "react";
import type { Call119View, IncidentCard } from "#gateway/api/contract.ts";
import type { ChecklistRow } from "#rules/incident/checklist.ts";
import { notPossibleReasons } from "#rules/incident/checklist.ts";
import { getJson } from "../../shared/api.ts";
import { useWords } from "../../shared/i18n.ts";
import { Choices } from "../choices.tsx";
import { Frame, useActHere } from "../frame.tsx";
import { mayNote, noteOf } from "./rows.ts";
import type { IncidentWord } from "./words/zh.ts";

type Props = { readonly card: IncidentCard; readonly onClose: () => void };

export function Call119Dialog({ card, onClose }: Props): ReactElement {
  const { t } = useWords<IncidentWord>();
  const act = useActHere();
  const view = useQuery({
    queryKey: ["call-119", card.id],
    queryFn: ({ signal }) =>
      getJson<Call119View>(`/api/v1/incidents/${encodeURIComponent(card.id)}/call-119`, signal),
    retry: 3,
    retryDelay: 500,
  });
  return (
    <Frame
      title={t("call119.title", { number: card.number })}
      onClose={onClose}
      width={1100}
      does={{
        label: t("list119.log"),
        ready: mayNote(card, "call-119"),
        run: () => act(noteOf(card, "call-119", "done")),
      }}
    >
      <p className="muted">{t("call119.hint")}</p>
      {view.isError && <p className="problem">{t("call119.failed")}</p>}
      {view.data && <Say view={view.data} works={card.hotWork} />}
    </Frame>
  );
}

type SayProps = { readonly view: Call119View; readonly works: IncidentCard["hotWork"] };

function Say({ view, works }: SayProps): ReactElement {
  const { t, text } = useWords<IncidentWord>();
  const unknown = t("call119.unknown");
  const { caller, chemicals, gates } = view;
  const danger =
    chemicals === null ? unknown : t(chemicals ? "call119.chemicals" : "call119.no-chemicals");
  const near = works.filter(({ how }) => how === "near").map(({ what }) => text(what));
  const hot =
    near.length > 0
      ? t("call119.hot-work-near", { works: near.join("、") })
      : t("call119.hot-work");
  const lines: readonly (readonly [IncidentWord, string])[] = [
    ["call119.address", `${text(view.siteName)} ${view.address ? text(view.address) : unknown}`],
    ["call119.building", view.building ? text(view.building) : unknown],
    ["call119.floor", text(view.place)],
    ["call119.burns", text(view.what)],
    ["call119.size", t("call119.ask")],
    ["call119.trapped", t("call119.ask")],
    ["call119.danger", `${danger} · ${hot}`],
    ["call119.gate", gates.length > 0 ? gates.map((gate) => text(gate)).join(" · ") : unknown],
    ["call119.caller", `${caller.name ?? ""} ${caller.phone ?? t("call119.no-phone")}`],
  ];
  return (
    <dl className="call-119">
      {lines.map(([word, said]) => (
        <div key={word}>
          <dt>{t(word)}</dt>
          <dd>{said}</dd>
        </div>
      ))}
    </dl>
  );
}

type NotProps = Props & { readonly row: ChecklistRow };

/** 无法完成: with the reason, for whoever reads the list next month. */
export function NotPossibleDialog({ card, row, onClose }: NotProps): ReactElement {
  const { t, rule } = useWords<IncidentWord>();
  const act = useActHere();
  const [reason, setReason] = useState<string | null>(null);
  const chosen = notPossibleReasons.find((one) => one === reason);
  return (
    <Frame
      title={t("list119.why-not", { row: rule(`checklist.${row}`) })}
      onClose={onClose}
      does={{
        label: rule("checklist-state.not-possible"),
        ready: chosen !== undefined,
        run: () => {
          if (!chosen) return Promise.resolve(null);
          const note = { command: "note-checklist", incident: card.id, row } as const;
          return act({ ...note, state: "not-possible", reason: chosen });
        },
      }}
    >
      <Choices
        label={rule("checklist-state.not-possible")}
        first
        choices={notPossibleReasons.map((value) => ({
          value,
          label: rule(`not-possible.${value}`),
        }))}
        value={reason}
        onChoose={setReason}
      />
    </Frame>
  );
}
