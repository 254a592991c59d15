import assert from "node:assert/strict";
import { mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { emptyInventory, type Inventory } from "#rules/inventory.ts";
import { demoFile } from "../demo.ts";
import { makeFolder } from "../testing/process.ts";
import { difference } from "./difference.ts";
import { loadFiles, loadText } from "./load.ts";
import { pack } from "./pack.ts";
import { inventoryCsv, inventoryYaml } from "./write.ts";

const text = readFileSync(demoFile, "utf8");

function load(source: string): Inventory {
  const { inventory, faults } = loadText("district.yaml", source);
  assert.ok(inventory, JSON.stringify(faults));
  return inventory;
}

function faultsOf(file: string, source: string, inForce = emptyInventory): string {
  const { faults } = loadText(file, source, inForce);
  return (faults ?? [])
    .map((f) => `${f.file}:${f.line}:${f.column} ${f.key} ${f.message}`)
    .join("\n");
}

/** The district with something changed in its file. */
function broken(change: (source: string) => string): string {
  const changed = change(text);
  assert.notEqual(changed, text, "the change changes nothing");
  return faultsOf("district.yaml", changed);
}

function inFolder(write: (folder: string) => void, check: (folder: string) => void): void {
  const { path, remove } = makeFolder();
  try {
    write(path);
    check(path);
  } finally {
    remove();
  }
}

test("IV-1: the district has its 16 towns, 20 stations, park and placeholders, and comes out as the same bytes", () => {
  const inventory = load(text);
  const { responders, towns, devices, buildings, zones } = inventory;
  const rescue = responders.filter((r) => r.kind === "rescue");
  assert.equal(rescue.length, 20);
  assert.equal(towns.length, 16);
  const ids = new Set(devices.map((d) => `${d.site}/${d.id}`));
  for (const id of ["btn-01", "btn-40", "pump-01", "wh-01"]) assert.ok(ids.has(`baolong/${id}`));
  const assumed = rescue.filter((r) => r.certainty === "assumed").map((r) => r.id);
  assert.deepEqual(assumed, ["KQ-18", "KQ-19", "KQ-20"]);
  const of = (brigade: string) =>
    responders.filter((r) => r.brigade === brigade && r.certainty === "placeholder").length;
  assert.deepEqual([of("village"), of("enterprise")], [24, 35]);
  assert.equal(responders.filter((r) => r.kind === "micro" && r.site === "baolong").length, 4);
  const warehouse = buildings.filter((b) => b.id !== "b0");
  assert.equal(
    warehouse.reduce((sum, b) => sum + (b.areaM2 ?? 0), 0),
    100_000,
  );
  assert.ok(zones.length >= 34, "compartments");
  // A box stands within its station, and nobody looks for it from a gate.
  const outside = devices.filter(({ kind }) => kind !== "station-box");
  assert.ok(outside.every((d) => d.place !== undefined && d.gate !== undefined));
  assert.ok(inventory.district.demonstration);
  assert.ok(responders.every((r) => r.authority === "order"));
  assert.equal(inventoryYaml(inventory), text);
});

test("IV-2: each fault has its file, line and key, what is wrong and what is allowed; all are found in one go", () => {
  const faults = broken((source) =>
    source
      .replace("lng: 120.4947, lat: 30.0819", "lng: 190, lat: 30.0819")
      .replace("id: KQ-02,", 'id: "KQ 02",')
      .replace('town: "330603003"', 'twon: "330603003"')
      .replace("authority: order", "authority: command"),
  );
  const lines = faults.split("\n");
  assert.equal(lines.length, 5);
  assert.match(faults, /^district.yaml:4:\d+ position.lng 190 is not allowed; allowed: degrees/m);
  assert.match(faults, /^district.yaml:22:\d+ id "KQ 02" is not allowed; allowed: 1 to 32 of/m);
  assert.match(faults, /twon there is no such key here; allowed: id, kind, brigade, name, town/);
  assert.match(faults, /town is missing/);
  assert.match(faults, /authority "command" is not allowed; allowed: order, notify, via-119/);
});

test("IN-3: water of a site is checked and comes out as it came in; places outside and twice the same are faults", () => {
  const { water = [] } = load(text).sites.find(({ id }) => id === "baolong") ?? {};
  assert.deepEqual([...new Set(water.map(({ kind }) => kind))], ["hydrant", "pool", "suction"]);
  assert.match(water[3]?.note?.zh ?? "", /水面低于路面/);
  const faults = broken((source) =>
    source
      .replace("id: w-1, kind: hydrant", "id: w-1, kind: well")
      .replace("id: w-4, kind: suction, name", "id: w-4, kind: suction, depth: 3, name"),
  );
  assert.match(faults, /water\.0\.kind "well" is not allowed; allowed: hydrant, pool, suction/);
  assert.match(faults, /water\.3\.depth there is no such key here; allowed: id, kind, name/);
  const meant = broken((source) =>
    source
      .replace("id: w-2, kind: hydrant", "id: w-1, kind: hydrant")
      .replace("lng: 120.4922, lat: 30.1405", "lng: 121.9, lat: 30.1405"),
  );
  assert.match(meant, /w-1 stands in water twice/);
  assert.match(meant, /121\.9000, 30\.1405 \(WGS-84\) is outside the district/);
});

test("IV-3: references, duplicates, circles, reserved ids, one-sided walls and places outside are faults", () => {
  const cases: [(source: string) => string, RegExp][] = [
    [
      (s) => s.replace("site: baolong, kind: pump-room", "site: other, kind: pump-room"),
      /no site other/,
    ],
    [(s) => s.replace("id: btn-02,", "id: btn-01,"), /btn-01 stands in devices twice/],
    [(s) => s.replaceAll("baolong", "station"), /station, alarm, heartbeat are no site ids/],
    [(s) => s.replace("neighbours: [ b1-z2 ]", "neighbours: []"), /a wall has two sides/],
    [
      (s) => s.replace("zone: b1-z1, building: b1", "zone: b1-z1, building: b2"),
      /is in building b1/,
    ],
    [(s) => s.replace("neighbours: [ b1-z2 ]", "neighbours: [ b1-z1 ]"), /not its own neighbour/],
    [(s) => s.replace("gate: g-1", "gate: g-9"), /baolong has no gate g-9/],
    [(s) => s.replace("keyBox: kb-1", "keyBox: kb-9"), /no key box kb-9/],
    [
      (s) => s.replace("lng: 120.4947", "lng: 116.4"),
      /116.4000, 30.0819 \(WGS-84\) is outside the district/,
    ],
    [(s) => s.replace("datum: WGS-84, ", ""), /position.datum is missing/],
    [(s) => s.replace("datum: WGS-84", "datum: CGCS2000"), /allowed: WGS-84, GCJ-02, BD-09/],
    [
      (s) => s.replace('town: "330603007", position: { lng: 120.4935', "position: { lng: 120.4935"),
      /town is missing/,
    ],
    [
      (s) => s.replace("{ id: baolong,", "{ id: baolong, parent: baolong,"),
      /goes in a circle: baolong in baolong/,
    ],
    [
      (s) => s.replace('firstDue: { towns: [ "330603001" ] }', "firstDue: { towns: [ x ] }"),
      /no town x/,
    ],
    [(s) => s.replace("roster: [ P-demo-1-1,", "roster: [ 王某,"), /the id of a person, P-/],
    [(s) => s.replace("en: Keqiao Subdistrict", 'en: "=HYPERLINK(1)"'), /no spreadsheet formula/],
    [(s) => s.replace("url: rtsp://b1-f1-east", "url: javascript:b1-f1-east"), /begins with http/],
    [(s) => s.replace("{ kind: mqtt }", "{ kind: fax }"), /allowed: \{ kind: mqtt \} or/],
    [(s) => s.replace("v: 2", "v: 3"), /3 is not allowed; allowed: 2/],
    [
      (s) => s.replace("towns:\n", "towns: &a\n").replace("points: []", "points: *a"),
      /anchors and aliases/,
    ],
    [
      (s) => s.replace("towns:\n", "__proto__: []\ntowns:\n"),
      /no such key here; allowed: v, district/,
    ],
    [(s) => `${s}\nv: [`, /./],
  ];
  for (const [change, expected] of cases) assert.match(broken(change), expected);
});

test("IV-4: an import shows what is added, gone and changed, key by key; order and form make no difference", () => {
  const changed = (source: string) =>
    difference(pack(load(text)).packed, pack(load(source)).packed);
  const { lines, counts, total } = changed(
    text
      .replace("id: btn-40,", "id: btn-41,")
      .replace("en: Baolong industrial park", "en: Baolong park"),
  );
  assert.deepEqual(lines, [
    '~ sites baolong: name.en "Baolong industrial park" → "Baolong park"',
    "+ devices baolong/btn-41",
    "- devices baolong/btn-40",
  ]);
  assert.equal(total, 3);
  assert.deepEqual(counts.devices, { added: 1, gone: 1, changed: 0 });
  const rows = text.split("\n");
  const [first, second] = [rows[3] ?? "", rows[4] ?? ""];
  assert.equal(changed(text.replace(`${first}\n${second}`, `${second}\n${first}`)).total, 0);
});

test("IV-5: what stands in GCJ-02 is WGS-84 inside and leaves as it came", () => {
  const source = text.replace(
    "position: { lng: 120.4935, lat: 30.1405, datum: WGS-84, accuracyM: 30",
    "position: { lng: 120.4981, lat: 30.1381, datum: GCJ-02, accuracyM: 30",
  );
  const [site] = load(source).sites;
  assert.ok(
    Math.abs((site?.position.lng ?? 0) - 120.4936) < 0.0005,
    JSON.stringify(site?.position),
  );
  assert.ok(Math.abs((site?.position.lat ?? 0) - 30.1405) < 0.0005);
  assert.equal(inventoryYaml(load(source)), source);
});

test("IV-6: a folder of CSV files is the same inventory, and comes out as the same bytes", () => {
  const district = load(text);
  const files = inventoryCsv(district);
  inFolder(
    (folder) => {
      for (const [name, body] of files) writeFileSync(join(folder, name), body);
    },
    (folder) => {
      const { inventory, faults } = loadFiles([folder], emptyInventory);
      assert.deepEqual(faults, null);
      assert.deepEqual(inventory, district);
      assert.deepEqual(inventoryCsv(inventory ?? emptyInventory), files);
      assert.equal(inventoryYaml(inventory ?? emptyInventory), text);
    },
  );
});

test("IV-7: an import replaces the lists it brings and leaves the others; what no longer fits is named", () => {
  const district = load(text);
  const { inventory } = loadText(
    "points.csv",
    "id,site,device,name.zh,name.en,type\np1,baolong,pump-01,压力,pressure,number\n",
    district,
  );
  assert.equal(inventory?.points.length, 1);
  assert.deepEqual(inventory?.devices, district.devices);
  const gone = faultsOf("sites.csv", "id,name.zh,name.en,town\n", district);
  assert.match(gone, /^devices baolong\/btn-01 \(in force\):1:null site there is no site baolong/m);
  assert.match(
    faultsOf("sites.csv", "id\n"),
    /no district yet; allowed: a .yaml file with the key/,
  );
});

test("IV-8: CSV as spreadsheets write it: BOM, GB18030, semicolons, quotes, CR LF; faults with row and column", () => {
  const district = load(text);
  const head =
    "id,name.zh,name.en,town,position.lng,position.lat,position.datum,position.accuracyM,position.source";
  const row = 'mill,"印染厂,一号","Mill ""one""",330603003,120.49,30.11,WGS-84,50,survey';
  const siteOf = (bytes: Buffer): string => {
    let name = "";
    inFolder(
      (folder) => writeFileSync(join(folder, "sites.csv"), bytes),
      (folder) => {
        const { faults } = loadFiles([join(folder, "sites.csv")], district);
        const all = (faults ?? []).map((f) => f.message).join("\n");
        // The district's devices stand at a site that this file leaves out; nothing else is wrong.
        assert.ok(
          (faults ?? []).every((f) => f.file.endsWith("(in force)")),
          all,
        );
        name = all;
      },
    );
    return name;
  };
  const crlf = `${head}\r\n${row}\r\n`;
  siteOf(Buffer.from(`\ufeff${crlf}`));
  siteOf(Buffer.from(`${head}\n${row}\n`.replaceAll(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/g, ";")));
  const gb = Buffer.concat([
    Buffer.from(`${head}\r\nmill,`),
    Buffer.from([0xd3, 0xa1, 0xc8, 0xbe]), // 印染
    Buffer.from(",Mill,330603003,120.49,30.11,WGS-84,50,survey\r\n"),
  ]);
  siteOf(gb);
  const faults = faultsOf(
    "sites.csv",
    `${head}\n${row}\nm2,=1+1,x,330603003,12o,30.11,WGS-84,50,s\nm3,-1层东侧,ok,330603003,120.4,30.1,WGS-84,5,s\nm4,-2+cmd|x!A1,x,330603003,120.4,30.1,WGS-84,5,s\nm5,x\n`,
    district,
  );
  assert.match(faults, /^sites.csv:3:2 name.zh "=1\+1" is not allowed; allowed: one line/m);
  assert.match(faults, /^sites.csv:3:5 position.lng "12o" is not allowed; allowed: degrees/m);
  assert.match(faults, /^sites.csv:5:2 name.zh/m);
  assert.match(faults, /^sites.csv:6:null\s+2 cells; allowed: 9/m);
  assert.doesNotMatch(faults, /^sites.csv:4/m);
  assert.match(
    faultsOf("sites.csv", `${head},colour\n`),
    /colour there is no such column; allowed: id,/,
  );
  assert.match(faultsOf("sites.csv", `${head},id\n`), /this column stands here twice/);
  assert.match(faultsOf("sites.csv", ""), /it is empty; allowed: a first row with id/);
  assert.match(faultsOf("sites.csv", `${head}\n"m1,x\n`), /no CSV/);
  assert.match(
    faultsOf("parks.csv", head),
    /no such inventory file; allowed: NAME.yaml, towns.csv/,
  );
});

test("IV-9: 200 MB of CSV, a zip bomb, a gzip, a workbook, no text: refused without being unpacked", () => {
  inFolder(
    (folder) => {
      writeFileSync(join(folder, "sites.csv"), "id\n");
      truncateSync(join(folder, "sites.csv"), 200 << 20);
      // A zip by its first bytes; what it would unpack to is nobody's concern.
      writeFileSync(join(folder, "towns.csv"), Buffer.from("PK\x03\x04bomb", "latin1"));
      writeFileSync(join(folder, "zones.csv"), gzipSync(Buffer.alloc(50 << 20)));
      writeFileSync(join(folder, "points.csv"), Buffer.from("\xd0\xcf\x11\xe0old", "latin1"));
      writeFileSync(join(folder, "devices.csv"), Buffer.from([0xff, 0xfe, 0x00, 0x80]));
      writeFileSync(join(folder, "big.yaml"), "towns: []\n");
      truncateSync(join(folder, "big.yaml"), 9 << 20);
      mkdirSync(join(folder, "tenants.csv"));
    },
    (folder) => {
      const before = process.memoryUsage().rss;
      const { faults } = loadFiles([folder], emptyInventory);
      const all = (faults ?? [])
        .map((f) => `${f.file.slice(folder.length + 1)} ${f.message}`)
        .join("\n");
      assert.match(all, /^sites.csv 200.0 MB; allowed: at most 64 MB/m);
      assert.match(all, /^towns.csv is a zip archive or an Excel workbook/m);
      assert.match(all, /^zones.csv is a gzip archive/m);
      assert.match(all, /^points.csv is an old Excel workbook/m);
      assert.match(all, /^devices.csv is no text/m);
      assert.match(all, /^big.yaml 9.0 MB; allowed: at most 8 MB; large lists as .csv/m);
      assert.match(all, /^tenants.csv is no file/m);
      assert.ok(process.memoryUsage().rss - before < 100 << 20, "nothing large was read");
    },
  );
});

test("IV-10: devices without place text are named, and the import goes on", () => {
  const loaded = loadText(
    "district.yaml",
    text.replace(/ place: \{ zh: 宝龙园区 消防泵房[^}]*\},/, ""),
  );
  assert.ok(loaded.faults === null);
  assert.equal(loaded.warnings.length, 1);
  assert.match(loaded.warnings[0] ?? "", /1 devices without place text.*baolong\/pump-01/);
});

test("IV-11: persons come along and stay out of the inventory", () => {
  const loaded = loadText(
    "district.yaml",
    `${text}persons:\n  - { id: P-1, name: 王某, role: crew, phone: "13800000000", pin: "4711" }\n`,
  );
  assert.ok(loaded.faults === null);
  assert.equal(loaded.persons?.length, 1);
  assert.doesNotMatch(JSON.stringify(loaded.inventory), /王某|13800000000|4711/);
  assert.match(
    faultsOf("persons.csv", "id,name,role,phone,pin\nP-1,王,crew,abc,12\nP-1,李,crew,,1234\n"),
    /persons.csv:2:4 phone "abc" is not allowed; allowed: 3 to 20 digits[\s\S]*pin "12" is not/,
  );
});

test("IV-12: thousands of wrong rows are told as a hundred and a number", () => {
  const rows = Array.from({ length: 5000 }, (_, i) => `b ${i},x,y,t`).join("\n");
  const loaded = loadText("sites.csv", `id,name.zh,name.en,town\n${rows}\n`);
  assert.equal(loaded.faults?.length, 100);
  assert.ok("more" in loaded && loaded.more > 500);
});
