/** What the pump room of the site says of its water now: level of the pool, and what is drawn. */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { DeviceList, DeviceView } from "#gateway/api/contract.ts";
import { getJson } from "../../shared/api.ts";
import { useWords } from "../../shared/i18n.ts";
import type { IncidentWord } from "./words/zh.ts";

const everyMs = 5000;

export function Water({ site }: { readonly site: string }): ReactElement | null {
  const { t } = useWords<IncidentWord>();
  const devices = useQuery({
    queryKey: ["devices"],
    queryFn: ({ signal }) => getJson<DeviceList>("/api/v1/devices", signal),
    staleTime: 60_000,
  });
  const room = devices.data?.devices.find((one) => one.site === site && one.kind === "pump-room");
  const view = useQuery({
    queryKey: ["water", site, room?.device],
    queryFn: ({ signal }) => getJson<DeviceView>(`/api/v1/devices/${site}/${room?.device}`, signal),
    enabled: room !== undefined,
    refetchInterval: everyMs,
  });
  if (!room) return null;
  const good = (id: string): number | null => {
    const point = view.data?.points.find((one) => one.id === id);
    return point?.quality === "good" && typeof point.value === "number" ? point.value : null;
  };
  const [level, hydrant, sprinkler] = ["pool_level", "hydrant_flow", "sprinkler_flow"].map(good);
  if (level === null || level === undefined) {
    return <span className="muted">{t("list119.water-unknown")}</span>;
  }
  const isFlowKnown = hydrant !== null && sprinkler !== null;
  const flow = isFlowKnown ? `${((hydrant ?? 0) + (sprinkler ?? 0)).toFixed(1)} L/s` : "—";
  return <span>{t("list119.water", { level: `${level.toFixed(2)} m`, flow })}</span>;
}
