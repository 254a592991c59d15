/** What the pump rooms of the site say of their water now: level, what is drawn, and for how long. */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { DeviceList, DeviceView } from "#gateway/api/contract.ts";
import { type Known, waterLeft } from "#rules/water.ts";
import { getJson } from "../../shared/api.ts";
import { formatClock } from "../../shared/format.ts";
import { useWords } from "../../shared/i18n.ts";
import { useLiveValue } from "../../shared/live.ts";
import { useIsReplay } from "../record/replaying.ts";
import type { IncidentWord } from "./words/zh.ts";

const everyMs = 5000;

export function Water({ site }: { readonly site: string }): ReactElement | null {
  const { t } = useWords<IncidentWord>();
  const isReplay = useIsReplay();
  const { data, isError } = useQuery({
    queryKey: ["devices"],
    queryFn: ({ signal }) => getJson<DeviceList>("/api/v1/devices", signal),
    enabled: !isReplay,
    staleTime: 60_000,
  });
  if (isReplay || (!data && !isError)) return null;
  const rooms = (data?.devices ?? []).filter(
    (one) => one.site === site && one.kind === "pump-room",
  );
  if (rooms.length === 0) {
    return <span className="muted">{t(isError ? "water.unread" : "water.no-room")}</span>;
  }
  return (
    <>
      {rooms.map(({ device }) => (
        <Room key={device} site={site} device={device} />
      ))}
    </>
  );
}

type RoomProps = { readonly site: string; readonly device: string };

function Room({ site, device }: RoomProps): ReactElement | null {
  const { t } = useWords<IncidentWord>();
  const utcOffsetMin = useLiveValue((live) => live.utcOffsetMin);
  const { data, isError } = useQuery({
    queryKey: ["water", site, device],
    queryFn: ({ signal }) => getJson<DeviceView>(`/api/v1/devices/${site}/${device}`, signal),
    refetchInterval: everyMs,
    retry: false,
  });
  // What was read before the gateway fell silent is not what is so now.
  if (isError) return <span className="problem">{t("water.unread")}</span>;
  if (!data) return null;
  const left = waterLeft({
    level: knownOf(data, "pool_level"),
    flows: ["hydrant_flow", "sprinkler_flow"].flatMap((id) =>
      data.points.some((point) => point.id === id) ? [knownOf(data, id)] : [],
    ),
    pool: data.pool,
  });
  const why = left.why === null ? "" : t(`water.${left.why}`);
  if (left.levelM === null || left.at === null) {
    return <span className="problem">{t("water.unknown", { why })}</span>;
  }
  const flow = left.flowLps === null ? null : t("water.flow", { flow: left.flowLps.toFixed(1) });
  const how = left.by === "design" && t(left.why === null ? "water.idle" : "water.design");
  return (
    <span className="water">
      {t("water.level", { level: left.levelM.toFixed(2) })}
      {left.volumeM3 !== null &&
        ` ${t("water.volume", { percent: left.percent ?? 0, volume: Math.round(left.volumeM3) })}`}
      {flow && ` · ${flow}`} ·{" "}
      <strong className={left.minutes === null ? "problem" : ""}>
        {left.minutes === null
          ? t("water.minutes-unknown")
          : t("water.minutes", { minutes: left.minutes })}
      </strong>
      {how && ` (${how})`} {why && <span className="problem">{why}</span>}{" "}
      <span className="muted">{t("water.read", { at: formatClock(left.at, utcOffsetMin) })}</span>
    </span>
  );
}

function knownOf({ points }: DeviceView, id: string): Known {
  const point = points.find((one) => one.id === id);
  if (point?.quality !== "good" || typeof point.value !== "number" || point.at === null) {
    return null;
  }
  return { value: point.value, at: point.at };
}
