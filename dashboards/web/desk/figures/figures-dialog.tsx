/** 报警管理指标: what IEC 62682 asks of an alarm system, live, each figure beside its target. */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement, ReactNode } from "react";
import type { FiguresView } from "#gateway/api/contract.ts";
import { getJson } from "../../shared/api.ts";
import { formatClock, formatDateTime } from "../../shared/format.ts";
import { useWords } from "../../shared/i18n.ts";
import { PriorityShape } from "../../shared/priority.tsx";
import { StationMonths } from "../force/month.tsx";
import { Frame } from "../frame.tsx";
import { Bars } from "./bars.tsx";
import "./figures.css";
import { OpenOrder, Orders } from "./orders.tsx";
import type { FiguresWord } from "./words/zh.ts";

const everyMs = 10_000;

export function FiguresDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const { t } = useWords<FiguresWord>();
  const read = useQuery({
    queryKey: ["figures"],
    queryFn: ({ signal }) => getJson<FiguresView>("/api/v1/figures", signal),
    refetchInterval: everyMs,
  });
  return (
    <Frame title={t("figures.title")} onClose={onClose} width={1120}>
      {read.isError && <p className="problem">{t("figures.failed")}</p>}
      {read.data && !read.isError ? (
        <Figures view={read.data} />
      ) : (
        read.isPending && <p className="empty">{t("figures.loading")}</p>
      )}
    </Frame>
  );
}

function Figures({ view }: { readonly view: FiguresView }): ReactElement {
  const { t } = useWords<FiguresWord>();
  const { utcOffsetMin } = view;
  const clock = (at: number): string => formatClock(at, utcOffsetMin).slice(0, 5);
  const day = (at: number): string => formatDateTime(at, utcOffsetMin).slice(5, 10);
  const targetOf = (id: string): number => view.figures.find((one) => one.id === id)?.target ?? 0;
  const [ten, each] = [targetOf("peak-ten-minutes"), targetOf("per-day")];
  return (
    <div className="figures">
      <p className="muted">
        {t("figures.basis")}
        {view.since > 0 &&
          ` · ${t("figures.since", { at: formatDateTime(view.since, utcOffsetMin) })}`}
      </p>
      {!view.complete && <p className="problem">{t("figures.reading")}</p>}
      <div className="figures-charts">
        <Bars
          title={t("figures.tens")}
          counts={view.tens}
          target={ten}
          targetWord={t("figures.target", { count: `≤ ${ten}` })}
          label={clock}
          every={24}
        />
        <Bars
          title={t("figures.days")}
          counts={view.days}
          target={each}
          targetWord={t("figures.target", { count: `≤ ${each}` })}
          label={day}
          every={6}
        />
      </div>
      <div className="figures-charts">
        <Targets view={view} />
        <div>
          <Spread view={view} />
          <Tops view={view} />
        </div>
      </div>
      <StationMonths />
    </div>
  );
}

function Targets({ view }: { readonly view: FiguresView }): ReactElement {
  const { t } = useWords<FiguresWord>();
  return (
    <table className="figures-table">
      <thead>
        <tr>
          <th scope="col">{t("figures.of")}</th>
          <th scope="col">{t("figures.value")}</th>
          <th scope="col">{t("figures.goal")}</th>
          <th scope="col" />
        </tr>
      </thead>
      <tbody>
        {view.figures.map(({ id, value, unit, sense, target, met }) => {
          const shown = (n: number): string => (unit === "percent" ? `${n} %` : String(n));
          return (
            <tr key={id} data-met={met}>
              <th scope="row">{t(`figures.${id}`)}</th>
              <td>{shown(value)}</td>
              <td>{t(`figures.${sense}`, { value: shown(target) })}</td>
              <td className="figures-met">
                {met === null
                  ? t("figures.no-data")
                  : met
                    ? `✓ ${t("figures.met")}`
                    : `▲ ${t("figures.missed")}`}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** As shares of one bar: what is urgent must be little of it. */
function Spread({ view }: { readonly view: FiguresView }): ReactElement {
  const { t, rule } = useWords<FiguresWord>();
  const all = view.priorities.reduce((sum, { count }) => sum + count, 0);
  const marks = { P0: "P0", P1: "P1-fire", P2: "P2", P3: "P3", P4: "P4" } as const;
  return (
    <section>
      <h3>{t("figures.spread")}</h3>
      {all === 0 ? (
        <p className="muted">{t("figures.none")}</p>
      ) : (
        <ul className="spread">
          {view.priorities.map(({ priority, count }) => (
            <li key={priority} data-priority={marks[priority]}>
              <PriorityShape mark={marks[priority]} />
              <span className="spread-word">
                {priority === "P1"
                  ? `${rule("priority.P1.fire")} / ${rule("priority.P1.suppression")}`
                  : rule(`priority.${priority}`)}
              </span>
              <span className="spread-bar">
                <span style={{ inlineSize: `${(100 * count) / all}%` }} />
              </span>
              <span>{count}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Tops({ view }: { readonly view: FiguresView }): ReactElement {
  const { t, text, rule } = useWords<FiguresWord>();
  return (
    <>
      <List title={t("figures.top")}>
        {view.topTen.map(({ site, device, point, place, what, count, chatters, fleeting }) => (
          <li key={`${site}/${device}#${point}`}>
            <span>
              {text(place)} · {text(what)}
            </span>
            <span className="muted">
              {t("figures.count", { count })}
              {chatters > 0 && ` · ${t("figures.chatters", { count: chatters })}`}
              {fleeting > 0 && ` · ${t("figures.fleeted", { count: fleeting })}`}
            </span>
            {chatters > 0 && (
              <OpenOrder of={{ site, device, point }} orders={view.orders} reason="chatters" />
            )}
          </li>
        ))}
      </List>
      <List title={t("figures.false")}>
        {view.falseTen.map(({ site, device, point, place, what, count, causes }) => (
          <li key={`${site}/${device}#${point}`}>
            <span>
              {text(place)} · {text(what)}
            </span>
            <span className="muted">
              {t("figures.count", { count })}
              {causes.map(({ cause, count: n }) => (
                <span key={cause}>
                  {" · "}
                  {t("figures.cause", { cause: rule(`cause.${cause}`), count: n })}
                </span>
              ))}
            </span>
            <OpenOrder of={{ site, device, point }} orders={view.orders} reason="false-alarms" />
          </li>
        ))}
      </List>
      <Orders view={view} />
      <List title={t("figures.stale-list")}>
        {view.stale.map(({ alarm, what, raisedAt }) => (
          <li key={alarm}>
            <span>{text(what)}</span>
            <span className="muted">{formatDateTime(raisedAt, view.utcOffsetMin)}</span>
          </li>
        ))}
      </List>
    </>
  );
}

function List(props: { readonly title: string; readonly children: ReactNode[] }): ReactElement {
  const { t } = useWords<FiguresWord>();
  return (
    <section>
      <h3>{props.title}</h3>
      {props.children.length === 0 ? (
        <p className="muted">{t("figures.none")}</p>
      ) : (
        <ul className="figures-list">{props.children}</ul>
      )}
    </section>
  );
}
