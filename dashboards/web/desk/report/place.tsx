/** Where a report is: a site that is found by its name, or a place on the map with its datum. */
import { useQuery } from "@tanstack/react-query";
import { Input } from "antd";
import { type ReactElement, useState } from "react";
import { datums, type ReportedAt } from "#rules/incident/report.ts";
import type { Text } from "#rules/inventory.ts";
import { getJson } from "../../shared/api.ts";
import { useWords } from "../../shared/i18n.ts";
import { Choices } from "../choices.tsx";
import { useDistrictMap } from "../use-district-map.ts";
import { PlaceSketch } from "./sketch.tsx";
import { isInside, readPoint } from "./window.ts";
import type { ReportWord } from "./words/zh.ts";

type Datum = ReportedAt["datum"];
/** Null while it is no place yet. */
export type Where =
  | { readonly site: string }
  | { readonly at: { readonly lng: number; readonly lat: number; readonly datum: Datum } };

type Props = { readonly onChange: (where: Where | null) => void };

export function PlaceChoice({ onChange }: Props): ReactElement {
  const { t } = useWords<ReportWord>();
  const [by, setBy] = useState<"site" | "map">("site");
  return (
    <>
      <Choices
        label={t("report.where")}
        columns={2}
        choices={(["site", "map"] as const).map((value) => ({
          value,
          label: t(`report.where.${value}`),
        }))}
        value={by}
        onChoose={(value) => {
          setBy(value as "site" | "map");
          onChange(null);
        }}
      />
      {by === "site" ? <SiteSearch onChange={onChange} /> : <MapPlace onChange={onChange} />}
    </>
  );
}

type Sites = { readonly sites: readonly { readonly id: string; readonly name: Text }[] };

const shownAtMost = 6;

function SiteSearch({ onChange }: Props): ReactElement {
  const { t, text } = useWords<ReportWord>();
  const [search, setSearch] = useState("");
  const [site, setSite] = useState<string | null>(null);
  const query = new URLSearchParams({ limit: String(shownAtMost) });
  if (search.trim() !== "") query.set("q", search.trim());
  const found = useQuery({
    queryKey: ["sites", query.toString()],
    queryFn: ({ signal }) => getJson<Sites>(`/api/v1/sites?${query}`, signal),
    placeholderData: (before) => before,
  });
  const sites = found.data?.sites ?? [];
  return (
    <>
      <Input
        size="large"
        allowClear
        placeholder={t("report.site")}
        aria-label={t("report.site")}
        value={search}
        onChange={(event) => setSearch(event.target.value)}
      />
      {found.isSuccess && sites.length === 0 && <p className="problem">{t("report.site.none")}</p>}
      <Choices
        label={t("report.site.choose")}
        columns={2}
        choices={sites.map(({ id, name }) => ({ value: id, label: text(name), note: id }))}
        value={site}
        onChoose={(id) => {
          setSite(id);
          onChange({ site: id });
        }}
      />
    </>
  );
}

function MapPlace({ onChange }: Props): ReactElement {
  const { t } = useWords<ReportWord>();
  const map = useDistrictMap();
  const [typed, setTyped] = useState("");
  // What is clicked is of this map; of what is copied nobody knows before it is said.
  const [datum, setDatum] = useState<Datum | null>(null);
  const point = readPoint(typed);
  const bounds = map.data?.bounds;
  const isUnread = typed !== "" && point === null;
  const isOutside = point !== null && bounds !== undefined && !isInside(bounds, point);
  const change = (text: string, of: Datum | null): void => {
    setTyped(text);
    setDatum(of);
    const at = readPoint(text);
    onChange(at && of ? { at: { ...at, datum: of } } : null);
  };
  return (
    <>
      {map.isError && <p className="problem">{t("report.position.hint")}</p>}
      {map.data && (
        <PlaceSketch
          map={map.data}
          at={datum === "WGS-84" ? point : null}
          onPoint={({ lng, lat }) => change(`${lng}, ${lat}`, "WGS-84")}
        />
      )}
      <Input
        size="large"
        allowClear
        placeholder={t("report.position")}
        aria-label={t("report.position")}
        value={typed}
        onChange={(event) => change(event.target.value, null)}
      />
      {isOutside ? (
        <p className="problem">{t("report.position.outside", bounds)}</p>
      ) : (
        <p className={isUnread ? "problem" : "muted"}>
          {t(isUnread ? "report.position.unread" : "report.position.hint")}
        </p>
      )}
      {point && (
        <>
          <Choices
            label={t("report.datum")}
            columns={3}
            choices={datums.map((value) => ({ value, label: t(`report.datum.${value}`) }))}
            value={datum}
            onChoose={(value) => change(typed, value as Datum)}
          />
          {datum === null && <p className="problem">{t("report.datum.needed")}</p>}
        </>
      )}
    </>
  );
}
