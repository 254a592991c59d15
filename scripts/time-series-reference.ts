/** Writes docs/reference/time-series.md from the names that go out and the district of the demo. */
import { writeFileSync } from "node:fs";
import { timeSeriesPage } from "#gateway/influx/page.ts";

writeFileSync("docs/reference/time-series.md", timeSeriesPage());
process.stdout.write("docs/reference/time-series.md: written\n");
