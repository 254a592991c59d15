/**
 * 检查任务 of a station, on its crew's page: who is asked, until when, and the signing itself. An alarm goes
 * first: the gateway passes the check on, and no question of it covers an order.
 */
import { type ReactElement, useCallback, useEffect, useState } from "react";
import type { PermitList, PermitView } from "#gateway/api/hot-work-contract.ts";
import { getJson } from "../../shared/api.ts";
import { stationActs } from "./acts.ts";
import { Row } from "./permit-list.tsx";
import { PermitPage } from "./permit-page.tsx";
import { planTime } from "./times.ts";
import { useHotWords } from "./words.ts";

type Props = {
  readonly station: string;
  /** Of the orders' page: it moves whenever something of this station has changed. */
  readonly position: number | null;
  readonly person: { readonly id: string; readonly role: string };
  readonly now: number;
  readonly utcOffsetMin: number;
  readonly hasOrders: boolean;
};

const readEveryMs = 15_000;

export function Tasks(props: Props): ReactElement | null {
  const { station, position, person, now, utcOffsetMin, hasOrders } = props;
  const { t } = useHotWords();
  const [permits, setPermits] = useState<readonly PermitView[]>([]);
  const [opened, setOpened] = useState<string | null>(null);
  const read = useCallback(async (): Promise<void> => {
    // What cannot be read now is told by the page's own lost link.
    const path = `/api/v1/hot-work?station=${station}`;
    const next = await getJson<PermitList>(path).catch(() => null);
    if (next) setPermits(next.permits);
  }, [station]);
  useEffect(() => {
    void read();
    const timer = setInterval(() => void read(), readEveryMs);
    return () => clearInterval(timer);
  }, [read]);
  useEffect(() => {
    if (position !== null) void read();
  }, [read, position]);

  if (position === null || (permits.length === 0 && opened === null)) return null;
  const open = permits.find(({ id }) => id === opened);
  return (
    <section className="tasks" aria-label={t("hw.tasks", { count: permits.length })}>
      <h2>{t("hw.tasks", { count: permits.length })}</h2>
      {hasOrders && permits.length > 0 && <p className="strong">{t("hw.orders-first")}</p>}
      {opened !== null && (
        <>
          <button type="button" className="button quiet back" onClick={() => setOpened(null)}>
            ‹ {t("hw.back")}
          </button>
          {open === undefined && <MovedOn permit={opened} />}
        </>
      )}
      {open && (
        <PermitPage
          key={open.id}
          permit={open}
          form={null}
          may={stationActs}
          {...{ person, now, utcOffsetMin, hasOrders }}
          onDone={() => void read()}
        />
      )}
      {opened === null && (
        <ul className="choices">
          {permits.map((permit) => (
            <li key={permit.id}>
              <Row {...{ permit, now, utcOffsetMin }} onOpen={() => setOpened(permit.id)} />
              <Expected permit={permit} now={now} utcOffsetMin={utcOffsetMin} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Expected({
  permit: { state, check },
  now,
  utcOffsetMin,
}: Pick<Props, "now" | "utcOffsetMin"> & { readonly permit: PermitView }): ReactElement | null {
  const { t } = useHotWords();
  const isWaiting = state === "matched" && check?.need !== "not-drawn" && check?.accepted;
  if (!isWaiting || check?.expectedAt == null) return null;
  const time = planTime(check.expectedAt, now, utcOffsetMin);
  return <p className="small strong">{t("hw.task.expected", { time })}</p>;
}

/** It is with another station now, or over; where this one may still read it, it says with whom. */
function MovedOn({ permit }: { readonly permit: string }): ReactElement {
  const { t, text } = useHotWords();
  const [name, setName] = useState<string | null>(null);
  useEffect(() => {
    getJson<{ permit: PermitView }>(`/api/v1/hot-work/${permit}`).then(
      ({ permit: { check } }) => setName(check?.stationName ? text(check.stationName) : "—"),
      () => setName(null),
    );
  }, [permit, text]);
  return (
    <p className="lead strong" data-moved={permit}>
      {t("hw.moved-on", { station: name ?? t("hw.another-station") })}
    </p>
  );
}
