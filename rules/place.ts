/** Where a device stands, as far as the inventory knows: what place, zone, building, position. */
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
