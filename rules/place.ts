/** Where a device stands, as far as the inventory knows: what place, zone, building, position. */
import { deviceKey, type Position } from "./inventory.ts";
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

export function placeOf(inventory: InventoryIndex, site: string, device: string): Place {
  const known = inventory.devices.get(deviceKey(site, device));
  const home = inventory.sites.get(site);
  return {
    site,
    building: known?.building ?? null,
    zone: known?.zone ?? null,
    position: known?.position ?? home?.position ?? null,
    knownDevice: known !== undefined,
    knownSite: home !== undefined,
  };
}
