/** docs/reference/time-series.md: `npm run -s reference`. */
import { demoInventory } from "../demo.ts";
import { readProfiles } from "../rulebook/profiles.ts";
import { type Places, places, seriesOf } from "./cardinality.ts";
import { allMeasurements, type Measurement } from "./measurements.ts";

const head = `# Time series: measurements, tags, fields

Made of \`gateway/influx/measurements.ts\` and \`devices/*/profile.yaml\` by \`npm run -s reference\`; do not edit.

A value that is good is the field named as its point: numbers, and 0 or 1 for no and yes; a text is \`POINT_text\`. Of any other
quality no value goes out but \`POINT_quality\` alone: nobody can plot by mistake what is not known. Times are those of the
gateway's clock: ms of samples, and ns of marks (the ms of the event, then its position in the journal). Points with a number of two
digits and more stand here once, with \`N\` for it.

Tags have few values; what is one of its kind is a field. Samples make one series of a device; marks grow with sites, rules and
stations, not with devices. Where every device has had an alarm that went its whole way, and hot work beside it, there are:

`;

export function timeSeriesPage(): string {
  const districts = [
    ["the district of the demo", demoPlaces()],
    ["20,000 devices on 500 sites (InfluxDB counts the same: IX-8)", places(20_000, 500)],
  ] as const;
  const rows = districts.map(([name, of]) => {
    const { samples, marks } = seriesOf(of);
    const numbers = [of.length, samples, marks].map((n) => n.toLocaleString("en-US"));
    return `| ${name} | ${numbers.join(" | ")} |`;
  });
  const table = `| where | devices | series of samples | series of marks |\n|---|---|---|---|\n${rows.join("\n")}\n`;
  return head + table + sections();
}

function demoPlaces(): Places {
  const profiles = readProfiles();
  return demoInventory().devices.filter(({ kind }) => profiles.has(kind));
}

/** Every name there is. */
export function sections(): string {
  return [...allMeasurements(readProfiles())].map(([name, of]) => section(name, of)).join("");
}

function section(name: string, { about, tags, fields }: Measurement): string {
  const rows = new Set([
    ...Object.entries(tags).map(([tag, of]) => row(tag, "tag", "", of)),
    ...Object.entries(fields)
      .filter(([field]) => !field.endsWith("_quality"))
      .map(([field, { type, unit = "", about: of }]) => row(field, type, unit, of)),
  ]);
  return `\n## ${name}\n\n${about}.\n\n| name | type | unit | what |\n|---|---|---|---|\n${[...rows].join("\n")}\n`;
}

/** What is numbered with two digits and more there are hundreds of. */
function row(name: string, type: string, unit: string, about: string): string {
  const once = name.replaceAll(/\d{2,}/g, "N");
  const said = once === name ? about : about.replaceAll(/\d+/g, "N");
  return `| \`${once}\` | ${type} | ${unit} | ${said} |`;
}
