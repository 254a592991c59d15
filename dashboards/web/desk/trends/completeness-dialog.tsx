/** 数据归集率: expected against received, of the district, each town, field and site; below 100 % a red list. */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { CompletenessView } from "#gateway/api/contract.ts";
import { getJson } from "../../shared/api.ts";
import { formatDateTime } from "../../shared/format.ts";
import { useWords } from "../../shared/i18n.ts";
import { useLiveValue } from "../../shared/live.ts";
import { useDesk } from "../acts.ts";
import { Frame } from "../frame.tsx";
import "./completeness.css";
import type { TrendsWord } from "./words/zh.ts";

const everyMs = 5000;

export function CompletenessDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { t } = useWords<TrendsWord>();
  const read = useQuery({
    queryKey: ["completeness"],
    queryFn: ({ signal }) => getJson<CompletenessView>("/api/v1/completeness", signal),
    refetchInterval: everyMs,
  });
  return (
    <Frame title={t("completeness.title")} onClose={onClose} width={1120}>
      {read.isError && <p className="problem">{t("completeness.failed")}</p>}
      {read.isPending && <p className="empty">{t("completeness.loading")}</p>}
      {read.data && !read.isError && <Whole view={read.data} onClose={onClose} />}
    </Frame>
  );
}

type Of = { readonly view: CompletenessView; readonly onClose: () => void };

function Whole({ view, onClose }: Of): ReactElement {
  const { t } = useWords<TrendsWord>();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  const { district, since } = view;
  if (district.expected === 0) return <p className="empty">{t("completeness.none")}</p>;
  const { expected, received, devices: count, whole, outOfService } = district;
  return (
    <div className="completeness">
      <p className="muted">
        {t("completeness.basis", { since: formatDateTime(since, utcOffsetMin) })}
      </p>
      <div className="completeness-head">
        <strong className="completeness-rate" data-whole={expected === received}>
          {rateText(district)}
        </strong>
        <div>
          <p>{t("completeness.of", { expected, received })}</p>
          <p>
            {t("completeness.devices", { count, whole })}
            {outOfService > 0 && ` · ${t("completeness.out", { count: outOfService })}`}
          </p>
        </div>
      </div>
      <RedList view={view} onClose={onClose} />
      <div className="completeness-tables">
        <Groups title={t("completeness.towns")} rows={view.towns} />
        <Groups title={t("completeness.fields")} rows={view.fields} />
        <Groups title={t("completeness.sites")} rows={view.sites} />
      </div>
    </div>
  );
}

/** Never rounded up to what it is not. */
export function rateText({ expected, received }: { expected: number; received: number }): string {
  if (expected === 0) return "–";
  return `${(Math.floor((received / expected) * 10_000) / 100).toFixed(2)}%`;
}

function RedList({ view, onClose }: Of): ReactElement {
  const { t, text } = useWords<TrendsWord>();
  const { showDevice } = useDesk();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  if (view.red.length === 0) return <p>{t("completeness.red-none")}</p>;
  return (
    <section>
      <h2>
        {t("completeness.red")} <span className="muted">{view.redCount}</span>
      </h2>
      <table className="completeness-table" data-red="true">
        <thead>
          <tr>
            <th scope="col">{t("completeness.name")}</th>
            <th scope="col">{t("completeness.rate")}</th>
            <th scope="col">{t("completeness.hour")}</th>
            <th scope="col" />
            <th scope="col">{t("completeness.last")}</th>
          </tr>
        </thead>
        <tbody>
          {view.red.map((row) => (
            <tr key={row.key} data-device={row.key}>
              <th scope="row">
                <button
                  type="button"
                  className="link-button"
                  disabled={row.heardAt === null}
                  onClick={() => {
                    onClose();
                    showDevice(row.key);
                  }}
                >
                  {text(row.siteName)} · {text(row.name)} {row.device}
                </button>
              </th>
              <td>
                <strong className="problem">{rateText(row)}</strong>
              </td>
              <td>{rateText(row.hour)}</td>
              <td>{t("completeness.missing", { count: row.expected - row.received })}</td>
              <td>
                {row.heardAt === null
                  ? t("completeness.never")
                  : formatDateTime(row.heardAt, utcOffsetMin).slice(5)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {view.redCount > view.red.length && (
        <p className="muted">
          {t("completeness.red-more", { count: view.redCount - view.red.length })}
        </p>
      )}
    </section>
  );
}

type GroupsProps = { readonly title: string; readonly rows: CompletenessView["towns"] };

/** The poorest first. */
function Groups({ title, rows }: GroupsProps): ReactElement {
  const { t, text } = useWords<TrendsWord>();
  const nameOf = ({ id, name }: GroupsProps["rows"][number]): string => {
    if (name) return text(name);
    return t(id === "" ? "completeness.no-field" : (`completeness.field.${id}` as TrendsWord));
  };
  return (
    <section>
      <h2>
        {title} <span className="muted">{rows.length}</span>
      </h2>
      <div className="completeness-rows">
        <table className="completeness-table">
          <tbody>
            {rows.map((row) => (
              <tr key={row.id}>
                <th scope="row">{nameOf(row)}</th>
                <td data-whole={row.expected === row.received}>{rateText(row)}</td>
                <td className="muted">
                  {row.received}/{row.expected}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
