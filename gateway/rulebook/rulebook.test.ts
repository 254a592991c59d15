import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { modbusKinds } from "#devices/kinds.ts";
import { noFaults } from "#devices/pump-room/faults.ts";
import { initialRoom } from "#devices/pump-room/physics.ts";
import { registersOf } from "#devices/pump-room/registers.ts";
import { plan } from "../adapters/modbus/planner.ts";
import { decode, lengthOf } from "../adapters/modbus/register.ts";
import { readPack, readPacks } from "./packs.ts";
import { readProfile, readProfiles } from "./profiles.ts";

const profiles = readProfiles();
const pumpRoom = profiles.get("pump-room");

function refusal(of: string, read: (path: string) => unknown): string {
  const folder = mkdtempSync(join(tmpdir(), "firelink-rulebook-"));
  try {
    writeFileSync(join(folder, "x.yaml"), of);
    read(join(folder, "x.yaml"));
    return "";
  } catch (error) {
    return (error as Error).message;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("MB-20: the pump room has its 81 points in four reads, and says the same as the design's table", () => {
  assert.equal(pumpRoom?.points.length, 81);
  assert.equal(plan(pumpRoom.registers).length, 4);
  assert.deepEqual(
    [...modbusKinds],
    [...profiles.values()].filter((p) => p.registers.length > 0).map((p) => p.kind),
  );
  const table = "../shared/domain/modbus_pump_room.csv";
  if (!existsSync(table)) return;
  const rows = readFileSync(table, "utf8").trim().split("\n").slice(1);
  const given = rows
    .map((line) => line.split(","))
    .map(([kind, , address, , name]) => `${name} ${kind?.replace("_", "-")} ${address}`);
  assert.deepEqual(
    pumpRoom.registers.map((r) => `${r.id} ${r.table} ${r.address}`).sort(),
    given.sort(),
  );
});

test("PU-6: profile and simulated controller, written down apart, mean the same registers", () => {
  const room = initialRoom(1_790_000_000);
  const shown = registersOf(room, noFaults());
  const value = (id: string) => {
    const register = pumpRoom?.registers.find((one) => one.id === id);
    assert.ok(register, id);
    const { table, address } = register;
    const words = {
      coil: [],
      "discrete-input": shown.discrete,
      "input-register": shown.input,
      "holding-register": shown.holding,
    }[table];
    return decode(register, words.slice(address, address + lengthOf(register))).value;
  };
  assert.equal(shown.discrete.length, 40);
  assert.equal(shown.input.length, 39);
  assert.equal(shown.holding.length, 10);
  assert.equal(value("hydrant_header_pressure"), 0.65);
  assert.equal(value("pool_level"), 3.2);
  assert.equal(value("room_temperature"), 20);
  assert.equal(value("mains_b_u_ca"), 380);
  assert.equal(value("jockey_start_count"), 240);
  assert.equal(value("jockey_stop_pressure"), 0.68);
  assert.equal(value("pool_low_limit"), 2.9);
  assert.equal(value("sprinkler_pump2_auto"), true);
  assert.equal(value("mains_a_ok"), true);
  assert.equal(value("pool_low"), false);
});

test("DN-10: the packs of the house are right, and hold P01, P03, P06 and S02 of the pump room", () => {
  const [pack] = readPacks(profiles).filter(({ kind }) => kind === "pump-room");
  const ids = new Set(pack?.rules.map(({ id }) => id));
  assert.ok(["P01", "P03", "P06", "S02"].every((id) => ids.has(id)));
});

test("DN-11: a pack that is wrong is refused whole, with file, line, what and what is allowed", () => {
  const pack = (when: string, more = "") =>
    `v: 1\npack: x\nkind: pump-room\nrules:\n  - id: R1\n    name: { zh: a, en: a }\n    class: fault\n    priority: P3\n    point: x\n    when: ${when}\n    setAfterMs: 0\n    clearAfterMs: 0\n    act: { zh: a, en: a }\n    basis: design\n${more}`;
  const read = (path: string) => readPack(path, profiles);
  assert.equal(refusal(pack("pool_low"), read), "");
  assert.match(
    refusal(pack("pool_lo"), read),
    /x\.yaml:10: rules\.0\.when Unknown variable: pool_lo/,
  );
  assert.match(
    refusal(pack("pool_low", "    colour: red\n"), read),
    /:15: rules\.0\.colour there is no such key/,
  );
  assert.match(
    refusal(pack("pool_low").replace("pump-room", "boat"), read),
    /boat has no profile; allowed: button, display, pump-room, siren/,
  );
  assert.match(refusal(pack("[ 1 ]"), read), /not allowed; allowed: CEL over points/);
});

test("MB-21: addresses are counted from 0 or are Modicon's, as the profile says, and never guessed", () => {
  const file = (head: string, modbus: string, type = "number") =>
    `kind: k\nname: { zh: a, en: a }\n${head}points:\n  - { id: p, name: { zh: a, en: a }, type: ${type}, poll: analog, modbus: { ${modbus} } }\n`;
  const modicon = "modbus: { addresses: modicon, order: ABCD }\n";
  const zero = "modbus: { addresses: zero-based, order: CDAB }\n";
  const faults = (head: string, modbus: string, type?: string) =>
    refusal(file(head, modbus, type), readProfile);
  assert.equal(faults(modicon, "address: 40001, as: uint16"), "");
  assert.equal(faults(zero, "table: holding-register, address: 0, as: uint16"), "");
  assert.match(faults("", "address: 0, as: uint16"), /needs .modbus: \{ addresses, order \}/);
  assert.match(faults(zero, "address: 40001, as: uint16"), /x\.yaml:5: .*table is missing/);
  assert.match(faults(modicon, "address: 20001, as: uint16"), /is no Modicon address/);
  assert.match(
    faults(modicon, "table: coil, address: 40001, as: uint16"),
    /is coil, and 40001 is a holding-register/,
  );
  assert.match(faults(zero, "table: coil, address: 1, as: uint16"), /a coil holds bool/);
  assert.match(
    faults(zero, "table: input-register, address: 1, as: bit, bit: 3"),
    /is number, and bit gives boolean/,
  );
  assert.match(
    faults(zero, "table: input-register, address: 65535, as: float32"),
    /after the last address/,
  );
});
