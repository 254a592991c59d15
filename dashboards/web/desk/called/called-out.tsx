/** 召集: whole rosters called by one act, counted live; and the dialog that calls them. */
import { useQuery } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import type { CallOutRow, IncidentCard, RosterView } from "#gateway/api/contract.ts";
import { getJson } from "../../shared/api.ts";
import { formatClock } from "../../shared/format.ts";
import { useWords } from "../../shared/i18n.ts";
import { useLiveValue } from "../../shared/live.ts";
import { useDesk } from "../acts.ts";
import { Frame, useActHere } from "../frame.tsx";
import { OpenButton } from "../parts.tsx";
import { AreaChoice, areasFrom } from "./area.tsx";
import type { CalledWord } from "./words/zh.ts";

const counts = ["comes", "cannot", "arrived", "silent", "undelivered"] as const;

export function CalledOut({ card }: { readonly card: IncidentCard }): ReactElement | null {
  const { t } = useWords<CalledWord>();
  const { open } = useDesk();
  if (card.callOuts.length === 0) return null;
  return (
    <section className="called-out" aria-label={t("called.title")}>
      <h3>{t("called.title")}</h3>
      {card.callOuts.map((row) => (
        <Counted key={row.id} row={row} />
      ))}
      {card.closedAt === null && (
        <OpenButton does="call-answer" onClick={() => open({ kind: "call-answer", card })}>
          {t("answer.ask")}
        </OpenButton>
      )}
    </section>
  );
}

function Counted({ row }: { readonly row: CallOutRow }): ReactElement {
  const { t } = useWords<CalledWord>();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  const who =
    row.by === null ? t("called.by-linkage") : t("called.by", { name: row.byName ?? row.by });
  return (
    <div data-call-out={row.id}>
      <ul className="called-counts">
        {counts.map((name) => (
          <li key={name} data-count={name}>
            {t(`called.${name}`)} <strong>{row[name]}</strong>
          </li>
        ))}
      </ul>
      <p className="muted">
        {t("called.count", { count: row.called })} · {who} {formatClock(row.at, utcOffsetMin)}
      </p>
    </div>
  );
}

type Props = { readonly card: IncidentCard; readonly onClose: () => void };

export function CallOutDialog({ card, onClose }: Props): ReactElement {
  const { t } = useWords<CalledWord>();
  const act = useActHere();
  const rosters = useQuery({
    queryKey: ["rosters", card.id, card.callOuts.length],
    queryFn: ({ signal }) =>
      getJson<RosterView>(`/api/v1/incidents/${encodeURIComponent(card.id)}/rosters`, signal),
  });
  const list = rosters.data?.rosters ?? [];
  // The park's own roster is what one mostly wants; the rest is a choice.
  const [chosen, setChosen] = useState<ReadonlySet<string> | null>(null);
  const own = list.filter(({ kind, people, called }) => kind === "site" && people > called);
  const picked = chosen ?? new Set(own.map(({ id }) => id));
  const areas = rosters.data ? areasFrom(rosters.data) : [];
  const [areaKey, setAreaKey] = useState<string | null>(null);
  const area = areas.find(({ key }) => key === areaKey) ?? null;
  const brigades = area?.brigades ?? [];
  const count =
    list.reduce((sum, r) => sum + (picked.has(r.id) ? r.people - r.called : 0), 0) +
    brigades.reduce((sum, { id, people }) => sum + (picked.has(id) ? 0 : people), 0);
  const toggle = (id: string): void => setChosen(picked.symmetricDifference(new Set([id])));
  const ids = list.filter((r) => r.kind !== "site" && picked.has(r.id)).map(({ id }) => id);
  const site = list.some((r) => r.kind === "site" && picked.has(r.id));
  return (
    <Frame
      title={`${t("called.ask")} · ${card.number}`}
      onClose={onClose}
      does={{
        label:
          brigades.length > 0
            ? t("called.yes-brigades", { count, brigades: brigades.length })
            : t("called.yes", { count }),
        ready: count > 0 || brigades.length > 0,
        run: () =>
          act({
            command: "call-out",
            incident: card.id,
            ...(site ? { site: true as const } : {}),
            ...(ids.length > 0 ? { rosters: ids } : {}),
            ...(area === null ? {} : { area: area.area }),
          }),
      }}
    >
      {rosters.isError && <p className="problem">{t("called.failed")}</p>}
      {rosters.isSuccess && list.length === 0 && <p className="problem">{t("called.nobody")}</p>}
      {list.length > 0 && <Rosters list={list} picked={picked} onToggle={toggle} />}
      {rosters.isSuccess && (
        <AreaChoice
          areas={areas}
          chosen={area}
          onChoose={(chosen) => setAreaKey(chosen?.key ?? null)}
        />
      )}
      {rosters.data !== undefined && rosters.data.more > 0 && (
        <p className="muted">{t("called.area.more", { count: rosters.data.more })}</p>
      )}
    </Frame>
  );
}

type RostersProps = {
  readonly list: RosterView["rosters"];
  readonly picked: ReadonlySet<string>;
  readonly onToggle: (id: string) => void;
};

function Rosters({ list, picked, onToggle }: RostersProps): ReactElement {
  const { t, text } = useWords<CalledWord>();
  return (
    <fieldset className="choices">
      <legend>{t("called.which")}</legend>
      {list.map((roster) => (
        <label key={roster.id} className="choice" data-chosen={picked.has(roster.id)}>
          <input
            type="checkbox"
            checked={picked.has(roster.id)}
            disabled={roster.called >= roster.people}
            onChange={() => onToggle(roster.id)}
          />
          <span className="choice-text">
            {text(roster.name)}
            <span className="muted">
              {" "}
              {roster.kind === "site" && `${t("called.site")} · `}
              {t("called.people", { count: roster.people - roster.called })}
            </span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
