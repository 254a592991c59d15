/** 道路: who knows the roads, which ways are stored, what is closed, and the next thing that is. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactElement, useState } from "react";
import type { RoadsView } from "#gateway/api/contract.ts";
import { closureReasons } from "#rules/dispatch/roads.ts";
import { getJson, postJson } from "../../shared/api.ts";
import { formatDateTime } from "../../shared/format.ts";
import { useWords } from "../../shared/i18n.ts";
import { useLiveValue } from "../../shared/live.ts";
import { useDesk } from "../acts.ts";
import { Choices } from "../choices.tsx";
import { Frame } from "../frame.tsx";
import { type Refusal, toRefusal } from "../refusal.ts";
import "./roads.css";
import type { RoadsWord } from "./words/zh.ts";

const everyMs = 2000;
const spans = ["2h", "8h", "24h", "3d"] as const;

type Form = {
  readonly name: string;
  readonly place: string;
  readonly until: string | null;
  readonly reason: string | null;
};

const empty: Form = { name: "", place: "", until: null, reason: null };

export function RoadsDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { t } = useWords<RoadsWord>();
  const { session, seat, refuse } = useDesk();
  const queries = useQueryClient();
  const [form, setForm] = useState<Form>(empty);
  const read = useQuery({
    queryKey: ["roads"],
    queryFn: ({ signal }) => getJson<RoadsView>("/api/v1/roads", signal),
    refetchInterval: everyMs,
  });
  const post = async (path: string, body: object): Promise<Refusal | null> => {
    try {
      queries.setQueryData(["roads"], await postJson<RoadsView>(path, { seat, ...body }));
      return null;
    } catch (error) {
      return toRefusal(error);
    }
  };
  const open = async (id: string): Promise<void> => {
    refuse(await post(`/api/v1/roads/closures/${id}/open`, {}));
  };
  const body = bodyOf(form);
  const { person, acting, access } = session;
  const isDesk = person.role === "admin" || person.role === "operator" || acting.id !== person.id;
  const mayAct = isDesk && access === "full";
  const does = {
    label: t("roads.close"),
    ready: body !== null,
    run: async () => (body ? post("/api/v1/roads/closures", body) : null),
  };
  return (
    <Frame title={t("roads.title")} onClose={onClose} width={760} {...(mayAct ? { does } : {})}>
      {read.isError && <p className="problem">{t("roads.failed")}</p>}
      {read.data ? (
        <Known view={read.data} onOpen={mayAct ? open : null} />
      ) : (
        read.isPending && <p className="empty">{t("roads.loading")}</p>
      )}
      {mayAct && <CloseForm form={form} onChange={setForm} />}
    </Frame>
  );
}

type KnownProps = {
  readonly view: RoadsView;
  readonly onOpen: ((id: string) => Promise<void>) | null;
};

function Known({ view, onOpen }: KnownProps): ReactElement {
  const { t, text } = useWords<RoadsWord>();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  const when = (at: number): string => formatDateTime(at, utcOffsetMin).slice(0, 16);
  const { engine, map, matrix, closures } = view;
  return (
    <>
      <dl className="roads-facts">
        <dt>{t("roads.engine")}</dt>
        <dd>
          {engine === null
            ? t("roads.engine-none")
            : engine.up
              ? t("roads.engine-up")
              : t("roads.engine-down", { why: engine.why ?? "" })}
        </dd>
        {map && <dt>{t("roads.map")}</dt>}
        {map && (
          <dd>
            {map.file} · {when(map.builtAt)}
          </dd>
        )}
        <dt>{t("roads.stored")}</dt>
        <dd>
          {matrix
            ? `${t("roads.stored-count", { places: matrix.places, ways: matrix.ways })} · ${t(
                matrix.isCurrent ? "roads.current" : "roads.old",
              )}`
            : t("roads.stored-none")}
        </dd>
      </dl>
      <h3>{t("roads.closed")}</h3>
      {closures.length === 0 && <p className="muted">{t("roads.none")}</p>}
      <ul className="roads-list">
        {closures.map(({ id, name, reason, from, until, isClosed, inMatrix }) => (
          <li key={id}>
            <strong>{text(name)}</strong>
            <span>
              {t(`roads.reason.${reason}`)} ·{" "}
              {t("roads.until", { from: when(from), until: when(until) })}
              {!isClosed && ` · ${t("roads.later")}`}
              {isClosed && matrix && !inMatrix && ` · ${t("roads.not-computed")}`}
            </span>
            {onOpen && (
              <button type="button" className="button" onClick={() => void onOpen(id)}>
                {t("roads.open")}
              </button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

type FormProps = { readonly form: Form; readonly onChange: (form: Form) => void };

function CloseForm({ form, onChange }: FormProps): ReactElement {
  const { t } = useWords<RoadsWord>();
  const { name, place, until, reason } = form;
  const isWrong = place.trim() !== "" && placeOf(place) === null;
  return (
    <>
      <h3>{t("roads.close-title")}</h3>
      <label className="field">
        {t("roads.name")}
        <input
          value={name}
          maxLength={60}
          onChange={(event) => onChange({ ...form, name: event.target.value })}
        />
      </label>
      <label className="field">
        {t("roads.place")}
        <input
          value={place}
          inputMode="decimal"
          placeholder="120.4895, 30.0812"
          onChange={(event) => onChange({ ...form, place: event.target.value })}
        />
        {isWrong && <span className="problem">{t("roads.place-wrong")}</span>}
      </label>
      <Choices
        label={t("roads.lasts")}
        value={until}
        onChoose={(chosen) => onChange({ ...form, until: chosen })}
        choices={spans.map((span) => ({ value: span, label: spanWord(t, span) }))}
        columns={4}
      />
      <Choices
        label={t("roads.reason")}
        value={reason}
        onChoose={(chosen) => onChange({ ...form, reason: chosen })}
        choices={closureReasons.map((one) => ({ value: one, label: t(`roads.reason.${one}`) }))}
        columns={4}
      />
    </>
  );
}

type Say = (word: RoadsWord, values?: Record<string, string | number>) => string;

function spanWord(t: Say, span: string): string {
  const count = Number.parseInt(span, 10);
  return t(span.endsWith("d") ? "roads.days" : "roads.hours", { count });
}

/** "120.4895, 30.0812", with any of the commas people type. */
function placeOf(text: string): { lng: number; lat: number } | null {
  const [lng, lat, ...more] = text
    .split(/[\s,,、;]+/)
    .filter(Boolean)
    .map(Number);
  if (lng === undefined || lat === undefined || more.length > 0) return null;
  return Number.isFinite(lng) && Number.isFinite(lat) ? { lng, lat } : null;
}

function bodyOf({ name, place, until, reason }: Form): object | null {
  const at = placeOf(place);
  const said = name.trim();
  if (!at || said === "" || until === null || reason === null) return null;
  // The same place is the same road: whoever closes it again changes its end.
  const id = `r${Math.round(at.lng * 1e5)}-${Math.round(at.lat * 1e5)}`;
  return { id, name: { zh: said, en: said }, ...at, reason, until };
}
