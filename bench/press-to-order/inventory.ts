/** An inventory in which every press is of another device at its own site. */
import { demoInventory } from "#gateway/demo.ts";
import type { Inventory } from "#rules/inventory.ts";

/** The district with as many further sites as there are presses, spread over the plain. */
export function inventoryFor(sites: number): Inventory {
  const district = demoInventory();
  const [town] = district.towns;
  const made = Array.from({ length: sites }, (_, i) => {
    const position = {
      lng: Number((120.35 + (i % 25) * 0.012).toFixed(4)),
      lat: Number((30.0 + Math.floor(i / 25) * 0.008).toFixed(4)),
      accuracyM: 50,
      source: "benchmark",
    };
    const name = { zh: `园区${i}`, en: `Site ${i}` };
    return { id: `p${i}`, name, town: town?.id ?? "", position };
  });
  const devices = made.map(({ id, name }) => ({ id: "b", site: id, kind: "button", place: name }));
  return {
    ...district,
    sites: [...district.sites, ...made],
    devices: [...district.devices, ...devices],
  };
}
