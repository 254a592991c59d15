/** Where a device stands, as far as the inventory knows: what place, zone, building, position. */
import type { Reported } from "./incident/report.ts";
import { deviceKey, type Position, zoneKey } from "./inventory.ts";
import type { InventoryIndex } from "./inventory-index.ts";

export type Place = {
  readonly site: string;
  readonly building: string | null;
  readonly zone: string | null;
  /** Of the device, else of its site; null where neither is known. */
  readonly position: Position | null;
  readonly knownDevice: boolean;
  readonly knownSite: boolean;
};

/** What an alarm says of where it is. */
export type Raised = {
  readonly site: string;
  readonly device: string;
  readonly zone: string | null;
  readonly reported?: Reported | null;
};

/** Where an alarm is: its device, or what a person has reported. */
export function whereOf(inventory: InventoryIndex, { reported, ...raised }: Raised): Place {
  if (reported) return placeOfReport(inventory, { ...raised, reported });
  return placeOf(inventory, raised.site, raised.device);
}

type Report = {
  readonly site: string;
  readonly zone: string | null;
  readonly reported: Pick<Reported, "position">;
};

/** Where a report is: as it was shown, else where its site stands. */
export function placeOfReport(inventory: InventoryIndex, { site, zone, reported }: Report): Place {
  const home = inventory.sites.get(site);
  const building = zone === null ? undefined : inventory.zones.get(zoneKey(site, zone))?.building;
  return {
    ...{ site, zone, building: building ?? null },
    position: reported.position ?? home?.position ?? null,
    knownDevice: true,
    knownSite: home !== undefined,
  };
}

/** `part`: of a device that covers several zones, the one that is meant, by the device's own count. */
export function placeOf(
  inventory: InventoryIndex,
  site: string,
  device: string,
  part: string | null | undefined = null,
): Place {
  const known = inventory.devices.get(deviceKey(site, device));
  const home = inventory.sites.get(site);
  const zone = known?.zones?.find((one) => one.part === part)?.zone ?? known?.zone ?? null;
  const building = zone === null ? undefined : inventory.zones.get(zoneKey(site, zone))?.building;
  return {
    site,
    building: building ?? known?.building ?? null,
    zone,
    position: known?.position ?? home?.position ?? null,
    knownDevice: known !== undefined,
    knownSite: home !== undefined,
  };
}
