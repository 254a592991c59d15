/** Open tests (试验) as screens show them: what is expected, what has come, who is there, until when. */
import { deviceKey, type Text } from "#rules/inventory.ts";
import { placeOf } from "#rules/place.ts";
import { expectedKey, type TestWindow } from "#rules/test-window/test-window.ts";
import { placeText } from "#rules/text/render.ts";
import type { TestRow } from "../api/contract.ts";
import { both, type Sight } from "./sight.ts";

export function testsView(sight: Sight, sees: (site: string) => boolean): TestRow[] {
  return [...sight.state.tests.values()]
    .filter(({ site }) => sees(site))
    .sort((a, b) => a.endsAt - b.endsAt)
    .map((test) => testRow(sight, test));
}

function testRow(sight: Sight, test: TestWindow): TestRow {
  const { world, nameOf } = sight;
  const { id, site, tester, openedBy, linkage, openedAt, endsAt } = test;
  return {
    id,
    site,
    siteName: world.inventory.sites.get(site)?.name ?? { zh: site, en: site },
    tester,
    testerName: nameOf(tester),
    openedBy,
    openedByName: nameOf(openedBy),
    linkage,
    openedAt,
    endsAt,
    expected: test.expected.map((one) => {
      const { device, point } = one;
      return {
        device,
        point,
        name: nameOfPoint(sight, site, device, point),
        came: test.came.has(expectedKey(one)),
        announcedAt: test.announced.get(expectedKey(one)) ?? null,
      };
    }),
  };
}

/** Where the device stands, and the words of its profile; a point nobody knows keeps its id. */
function nameOfPoint(sight: Sight, site: string, device: string, point: string): Text {
  const place = placeOf(sight.world.inventory, site, device);
  const name = pointName(sight, deviceKey(site, device), point);
  return both((language) => {
    const where = placeText(language, { ...place, device }, sight.world);
    return point === "press" ? where : `${where} ${name[language]}`;
  });
}

/** The words of the profile of SITE/DEVICE, where it has any for the point. */
export function pointName({ profileOf }: Sight, device: string, point: string): Text {
  const known = profileOf(device)?.points.find(({ id }) => id === point);
  return known?.name ?? both(() => point);
}
