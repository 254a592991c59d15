/** Writes docs/reference/time-series.md from the names that go out. */
import { writeFileSync } from "node:fs";
import { allMeasurements } from "#gateway/influx/measurements.ts";
import { timeSeriesPage } from "#gateway/influx/page.ts";
import { readProfiles } from "#gateway/rulebook/profiles.ts";

writeFileSync("docs/reference/time-series.md", timeSeriesPage(allMeasurements(readProfiles())));
process.stdout.write("docs/reference/time-series.md: written\n");
