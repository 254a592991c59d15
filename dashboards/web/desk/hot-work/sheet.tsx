/**
 * The permit on paper (动火安全作业票): one A4 page, black on white, each label in both languages, with room
 * to sign. Fields follow the permit of GB 30871-2022; what the platform does not know stays open to be
 * written by hand. The code on it is what the watcher scans at the work point.
 */
import { lazy, type ReactElement, type ReactNode, Suspense } from "react";
import { formatDateTime } from "../../shared/format.ts";
import { hotWorkEn } from "../../shared/words/hot-work-en.ts";
import { type HotWorkWord, hotWorkZh } from "../../shared/words/hot-work-zh.ts";
import { DemoMark } from "../parts.tsx";
import "./sheet.css";
import { useNow } from "../use-now.ts";
import { type PartProps, spanOf } from "./records.tsx";
import { useCheckInAddress, usePermitHistory } from "./use-permits.ts";
import { en } from "./words/en.ts";
import { type PermitWord, zh } from "./words/zh.ts";

const Code = lazy(() => import("./code.tsx").then((m) => ({ default: m.Code })));

type Parameters = Readonly<Record<string, string | number>>;

function fill(template: string, parameters: Parameters): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => String(parameters[name] ?? whole));
}

type BothProps = {
  readonly of: PermitWord;
  readonly values?: Parameters;
  /** Where words are put in: those of the English line. */
  readonly valuesEn?: Parameters;
};

/** A word of the sheet in both languages, whatever the page is read in. */
function Both({ of, values = {}, valuesEn = values }: BothProps): ReactElement {
  return (
    <>
      {fill(zh[of], values)} <small lang="en">{fill(en[of], valuesEn)}</small>
    </>
  );
}

const wordZh = (key: string, other: string): string => hotWorkZh[key as HotWorkWord] ?? other;
const wordEn = (key: string, other: string): string => hotWorkEn[key as HotWorkWord] ?? other;

/** A code of a set in both languages; one that has no word as it is. */
function said(set: string, code: string): ReactElement {
  const key = `hot-work.${set}.${code}` as HotWorkWord;
  if (!Object.hasOwn(hotWorkZh, key)) return <>{code}</>;
  return (
    <>
      {hotWorkZh[key]} <small lang="en">{hotWorkEn[key]}</small>
    </>
  );
}

const nameOf = (one: { readonly id: string; readonly name: string | null } | null): string =>
  one ? (one.name ?? one.id) : "";

export function Sheet({ permit, utcOffsetMin }: PartProps): ReactElement {
  const { data: address } = useCheckInAddress(permit.id, permit.state !== "draft");
  return (
    <article className="sheet" lang="zh-CN">
      <header>
        <div>
          <h1>
            <Both of="sheet.title" />
          </h1>
          <p className="sheet-number">
            <Both of="sheet.number" /> <strong>{permit.number}</strong> <DemoMark />
          </p>
          <p className="sheet-class">{said("class", permit.class)}</p>
        </div>
        <figure>
          {address && (
            <Suspense fallback={null}>
              <Code text={address} label={zh["sheet.qr"]} />
            </Suspense>
          )}
          <figcaption>
            <Both of="sheet.qr" />
          </figcaption>
        </figure>
      </header>
      <p className="sheet-stop">
        <Both of="sheet.stop" />
      </p>
      <Work permit={permit} utcOffsetMin={utcOffsetMin} />
      <GasRows permit={permit} utcOffsetMin={utcOffsetMin} />
      <Measures permit={permit} utcOffsetMin={utcOffsetMin} />
      <Signatures permit={permit} utcOffsetMin={utcOffsetMin} />
      <Acceptance />
      <Foot permit={permit} utcOffsetMin={utcOffsetMin} />
    </article>
  );
}

/** A row of label and value pairs; the last value takes what is left of the line. */
function Row({ cells }: { readonly cells: readonly (readonly [PermitWord, ReactNode])[] }) {
  return (
    <tr>
      {cells.map(([label, value], i) => (
        <Pair key={label} label={label} span={cells.length === 1 && i === 0 ? 3 : 1}>
          {value}
        </Pair>
      ))}
    </tr>
  );
}

function Pair(props: {
  readonly label: PermitWord;
  readonly span: number;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <>
      <th scope="row">
        <Both of={props.label} />
      </th>
      <td colSpan={props.span}>{props.children}</td>
    </>
  );
}

function Work({ permit, utcOffsetMin }: PartProps): ReactElement {
  const { report } = permit;
  const place = [report.siteName.zh, report.zoneName?.zh, report.floor].filter(Boolean).join(" ");
  const placeEn = [report.siteName.en, report.zoneName?.en, report.floor].filter(Boolean).join(" ");
  const { lng, lat } = report.position;
  const until = formatDateTime(report.certificateUntil, utcOffsetMin).slice(0, 10);
  const tools = report.tools.map((tool) => wordZh(`hot-work.tool.${tool}`, tool));
  return (
    <table>
      <tbody>
        <Row
          cells={[
            [
              "sheet.site",
              <>
                {place} <small lang="en">{placeEn}</small>
              </>,
            ],
          ]}
        />
        <Row
          cells={[
            ["sheet.time", <strong key="time">{spanOf(permit, utcOffsetMin)}</strong>],
            ["sheet.position", `${lat.toFixed(5)}, ${lng.toFixed(5)} WGS-84`],
          ]}
        />
        <Row
          cells={[
            ["sheet.firm", report.firm],
            ["sheet.contractor", report.contractor ?? "—"],
          ]}
        />
        <Row
          cells={[
            ["sheet.kind", said("kind", report.kind)],
            ["sheet.object", said("object", report.object)],
          ]}
        />
        <Row
          cells={[
            ["sheet.worker", nameOf(report.worker)],
            ["sheet.certificate", `${report.certificate ?? ""} · ${until}`],
          ]}
        />
        <Row
          cells={[
            ["sheet.watcher", nameOf(report.watcher)],
            ["sheet.tools", tools.join("、") || "—"],
          ]}
        />
      </tbody>
    </table>
  );
}

function GasRows({ permit, utcOffsetMin }: PartProps): ReactElement {
  const { gas, gasWaiver } = permit;
  const readings = gas?.readings.map(
    ({ substance, value, unit }) =>
      `${wordZh(`hot-work.substance.${substance}`, substance)} ${value} ${unit}`,
  );
  const oxygen = gas?.oxygen == null ? [] : [`O₂ ${gas.oxygen} %`];
  const reason = gasWaiver?.reason ?? "";
  const reasonKey = `hot-work.reason.${reason}`;
  const waived = gasWaiver && (
    <Both
      of="permit.gas-waived"
      values={{ reason: wordZh(reasonKey, reason), name: nameOf(gasWaiver.by) }}
      valuesEn={{ reason: wordEn(reasonKey, reason), name: nameOf(gasWaiver.by) }}
    />
  );
  return (
    <table>
      <tbody>
        <Row
          cells={[
            ["sheet.gas-at", gas ? formatDateTime(gas.takenAt, utcOffsetMin).slice(0, 16) : ""],
            [
              "sheet.gas-meter",
              gas
                ? `${gas.meter} · ${formatDateTime(gas.calibratedAt, utcOffsetMin).slice(0, 10)}`
                : "",
            ],
          ]}
        />
        <Row
          cells={[["sheet.gas-result", readings ? [...readings, ...oxygen].join(" · ") : waived]]}
        />
      </tbody>
    </table>
  );
}

function Measures({ permit: { report } }: PartProps): ReactElement {
  const list = report.isolations.join("、");
  const measures: readonly (readonly [PermitWord, Parameters?])[] = [
    ["sheet.measure.cleared"],
    ["sheet.measure.extinguishers", { count: report.extinguishers }],
    list === "" ? ["sheet.measure.isolations-none"] : ["sheet.measure.isolations", { list }],
    ["sheet.measure.apart"],
    ["sheet.measure.cylinders"],
    ...(report.outdoors ? ([["sheet.measure.wind"]] as const) : []),
    ["sheet.measure.watch"],
  ];
  return (
    <table className="sheet-measures">
      <thead>
        <tr>
          <th>
            <Both of="sheet.measures" />
          </th>
          <th>
            <Both of="sheet.yes" />
          </th>
          <th>
            <Both of="sheet.done-by" />
          </th>
        </tr>
      </thead>
      <tbody>
        {measures.map(([of, values = {}], i) => (
          <tr key={of}>
            <td>
              {i + 1}. <Both of={of} values={values} />
            </td>
            <td>□</td>
            <td />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Signatures({ permit, utcOffsetMin }: PartProps): ReactElement {
  const { check, approval } = permit;
  const when = (at: number | null): string =>
    at === null ? "" : formatDateTime(at, utcOffsetMin).slice(5, 16);
  return (
    <table className="sheet-signatures">
      <thead>
        <tr>
          <th>
            <Both of="sheet.check" />
          </th>
          <th>
            <Both of="sheet.result" />
          </th>
          <th>
            <Both of="sheet.name" />
          </th>
          <th>
            <Both of="sheet.signed-at" />
          </th>
          <th>
            <Both of="sheet.sign" />
          </th>
        </tr>
      </thead>
      <tbody>
        {check?.need === "not-drawn" ? (
          <tr>
            <td colSpan={5}>{said("need", "not-drawn")}</td>
          </tr>
        ) : (
          (check?.parties ?? []).map(({ party, result, reason, by, at }) => (
            <tr key={party}>
              <td>{said("party", party)}</td>
              <td>
                {result ? said("result", result) : ""}
                {reason !== null && <> · {said("reason", reason)}</>}
              </td>
              <td>{nameOf(by)}</td>
              <td>{when(at)}</td>
              <td />
            </tr>
          ))
        )}
        <tr>
          <th scope="row">
            <Both of="sheet.approval" />
          </th>
          <td>{approval ? said("capacity", approval.as) : ""}</td>
          <td>{nameOf(approval?.by ?? null)}</td>
          <td>{when(approval?.at ?? null)}</td>
          <td />
        </tr>
      </tbody>
    </table>
  );
}

function Acceptance(): ReactElement {
  return (
    <table>
      <tbody>
        <tr>
          <th scope="row">
            <Both of="sheet.acceptance" />
          </th>
          <td>
            {zh["sheet.acceptance-line"]}
            <br />
            <small lang="en">{en["sheet.acceptance-line"]}</small>
          </td>
        </tr>
      </tbody>
    </table>
  );
}

/** What tells two prints apart: an old sheet at the work point must be known for one. */
function Foot({ permit, utcOffsetMin }: PartProps): ReactElement {
  const now = formatDateTime(useNow(), utcOffsetMin).slice(0, 16);
  const { data } = usePermitHistory(permit.id);
  const key = `hot-work.state.${permit.state}` as const;
  const values = { at: now, position: data?.position ?? "" };
  return (
    <footer>
      <p>
        <Both of="sheet.law" />
      </p>
      <p>
        <Both
          of="sheet.stamp"
          values={{ ...values, state: hotWorkZh[key] }}
          valuesEn={{ ...values, state: hotWorkEn[key] }}
        />
      </p>
    </footer>
  );
}
