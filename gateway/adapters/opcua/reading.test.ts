import assert from "node:assert/strict";
import { test } from "node:test";
import { inParts } from "../../slices.ts";
import { conditionOf } from "./condition.ts";
import { faultOf, OpcuaError, within } from "./fault.ts";
import type { MonitoredPoint } from "./protocol.ts";
import { isOverflow, judge, readingOf, timeOf } from "./reading.ts";

const status = (name: string, value: number) => ({ name, value });
const good = status("Good", 0);

/** Built-in types by name (Part 6, table 1). */
const types = {
  Null: 0,
  Boolean: 1,
  Byte: 3,
  Int16: 4,
  Int32: 6,
  UInt32: 7,
  Int64: 8,
  UInt64: 9,
  Float: 10,
  Double: 11,
  String: 12,
  DateTime: 13,
  ByteString: 15,
  LocalizedText: 21,
};

function read(
  point: Partial<MonitoredPoint>,
  type: keyof typeof types,
  value: unknown,
  more: { arrayType?: number; statusCode?: typeof good } = {},
) {
  const { arrayType = 0, statusCode = good } = more;
  return readingOf(
    { id: "p", nodeId: "ns=1;s=P", type: "number", ...point },
    { statusCode, value: { dataType: types[type], arrayType, value } },
  );
}

test("UA-1: each status code has the quality of its severity, or what is known of it", () => {
  const cases = [
    ["Good", 0x00000000, "good", null],
    ["GoodClamped", 0x00300000, "good", null],
    ["Uncertain", 0x40000000, "uncertain", "uncertain-status"],
    ["UncertainEngineeringUnitsExceeded", 0x40940000, "uncertain", "out-of-range"],
    ["UncertainLastUsableValue", 0x40900000, "stale", "no-answer"],
    ["BadDeviceFailure", 0x808b0000, "bad", "bad-status"],
    ["BadSensorFailure", 0x808c0000, "bad", "sensor-broken"],
    ["BadNodeIdUnknown", 0x80340000, "bad", "no-such-node"],
    ["BadWaitingForInitialData", 0x80320000, "bad", "never-read"],
    ["reserved", 0xc0000000, "bad", "bad-status"],
  ] as const;
  for (const [name, value, quality, reason] of cases) {
    assert.deepEqual(judge(status(name, value)), { quality, reason }, name);
  }
});

test("UA-1: what is not good keeps the name of its status, and a bad one no value", () => {
  const uncertain = status("UncertainSubNormal", 0x40950000);
  assert.deepEqual(read({}, "Double", 3, { statusCode: uncertain }), {
    value: 3,
    quality: "uncertain",
    reason: "uncertain-status",
    status: "UncertainSubNormal",
  });
  const bad = status("BadDeviceFailure", 0x808b0000);
  assert.deepEqual(read({}, "Double", 3, { statusCode: bad }), {
    value: null,
    quality: "bad",
    reason: "bad-status",
    status: "BadDeviceFailure",
  });
  assert.equal("status" in read({}, "Double", 3), false);
});

test("UA-1: an overflow is told by its info bits and leaves the value good", () => {
  assert.equal(isOverflow(status("Good#Overflow", 0x00000480)), true);
  assert.equal(isOverflow(status("Good", 0)), false);
  assert.equal(isOverflow(status("Good", 0x80)), false);
  assert.equal(judge(status("Good#Overflow", 0x00000480)).quality, "good");
});

test("UA-2: each built-in type is a value of its point, or of the wrong type", () => {
  const cases = [
    ["boolean", "Boolean", true, true],
    ["boolean", "Int32", 1, "wrong-type"],
    ["boolean", "String", "true", "wrong-type"],
    ["number", "Byte", 200, 200],
    ["number", "Int16", -5, -5],
    ["number", "UInt32", 4_294_967_295, 4_294_967_295],
    ["number", "Float", Math.fround(0.1), 0.1],
    ["number", "Double", 0.30000000000000004, 0.30000000000000004],
    ["number", "Double", Number.NaN, "not-a-number"],
    ["number", "Float", Number.POSITIVE_INFINITY, "not-a-number"],
    ["number", "Boolean", true, "wrong-type"],
    ["number", "String", "7", "wrong-type"],
    ["number", "Null", null, "wrong-type"],
    ["number", "Int64", [0, 7], 7],
    ["number", "Int64", [0xffffffff, 0xfffffffe], -2],
    ["number", "UInt64", [0xffffffff, 0xfffffffe], "inexact"],
    ["number", "Int64", 7, "wrong-type"],
    ["text", "String", "V2.1", "V2.1"],
    ["text", "String", null, "wrong-type"],
    ["text", "LocalizedText", { text: "泵", locale: "zh" }, "泵"],
    ["text", "LocalizedText", { text: null }, ""],
    ["text", "DateTime", new Date(0), "1970-01-01T00:00:00.000Z"],
    ["text", "DateTime", new Date(Number.NaN), "wrong-type"],
    ["text", "ByteString", Buffer.from("x"), "wrong-type"],
  ] as const;
  for (const [type, dataType, value, expected] of cases) {
    const reading = read({ type }, dataType, value);
    const is = reading.quality === "bad" ? reading.reason : reading.value;
    assert.deepEqual(is, expected, `${type} of ${dataType} ${String(value)}`);
  }
});

test("UA-2: an array where one value is expected is of the wrong type", () => {
  for (const arrayType of [1, 2]) {
    const reading = read({}, "Double", new Float64Array([1, 2]), { arrayType });
    assert.deepEqual(reading, { value: null, quality: "bad", reason: "wrong-type" });
  }
});

test("UA-22: within 2 % of the span beyond an end the value is that end, and good", () => {
  const range = [0, 1.6] as const;
  const at = (value: number) => read({ range }, "Double", value);
  assert.deepEqual(at(-0.003), { value: 0, quality: "good", reason: null });
  assert.deepEqual(at(1.63), { value: 1.6, quality: "good", reason: null });
  assert.equal(at(-0.033).quality, "uncertain");
  assert.equal(at(1.64).reason, "out-of-range");
});

test("UA-2: out of range or no member of its enumeration, a value is not believed", () => {
  const range = [0, 1.6] as const;
  assert.equal(read({ range }, "Double", 1.6).quality, "good");
  assert.deepEqual(read({ range }, "Double", 1.7), {
    value: 1.7,
    quality: "uncertain",
    reason: "out-of-range",
  });
  const values = [0, 1, 2];
  assert.equal(read({ values }, "Int32", 2).quality, "good");
  assert.deepEqual(read({ values }, "Int32", 9), {
    value: 9,
    quality: "uncertain",
    reason: "unknown-enum",
  });
});

test("UA-2: a timestamp that no clock has is none", () => {
  assert.equal(timeOf(new Date(5)), 5);
  assert.equal(timeOf(new Date("1601-01-01")), null);
  assert.equal(timeOf(new Date(Number.NaN)), null);
  assert.equal(timeOf(null), null);
});

test("UA-3: every fault has its word and its sentence", () => {
  const cases = [
    ["verification failed with err BadCertificateUntrusted (0x801A0000)", "untrusted-certificate"],
    ["verification failed with err BadCertificateTimeInvalid", "bad-certificate"],
    ["serviceResult = BadUserAccessDenied", "login-refused"],
    ["serviceResult = BadIdentityTokenRejected (0x80210000)", "login-refused"],
    ["Cannot find USERNAME user token policy in end point description", "login-refused"],
    ["Cannot find an Endpoint matching  security mode: 3", "no-endpoint"],
    ["connect ECONNREFUSED 127.0.0.1:4840", "no-connection"],
    ["ERROR in waiting for data on socket(timeout was = 9 ms) hadErrortrue", "no-connection"],
    ["BadSessionClosed", "session-closed"],
    ["BadTooManySessions", "refused"],
    ["something else", "no-connection"],
  ] as const;
  for (const [message, fault] of cases) {
    assert.equal(faultOf(new Error(message)).fault, fault, message);
    assert.equal(faultOf(message).fault, fault, message);
  }
  const serviceResult = { name: "BadTooManySubscriptions" };
  const fault = faultOf(
    Object.assign(new Error("x"), { response: { responseHeader: { serviceResult } } }),
  );
  assert.equal(fault.status, "BadTooManySubscriptions");
  assert.equal(faultOf(fault), fault);
});

test("UA-3: a promise that does not end is a time-out", async () => {
  await assert.rejects(within(10, "read", new Promise(() => {})), (error) => {
    return error instanceof OpcuaError && error.fault === "timeout" && /read/.test(error.message);
  });
  assert.equal(await within(1000, "read", Promise.resolve(7)), 7);
});

test("UA-4: an event is read whatever it leaves out", () => {
  const nothing = {
    eventId: null,
    conditionId: null,
    conditionName: null,
    sourceNode: null,
    sourceName: null,
    time: null,
    severity: null,
    active: null,
    acked: null,
    retain: null,
    message: null,
    refreshed: false,
  };
  assert.deepEqual(conditionOf([], false), nothing);
  const nulls = Array.from({ length: 12 }, (_, i) => (i % 2 ? null : { value: null }));
  assert.deepEqual(conditionOf(nulls, false), nothing);
  const wrong = Array.from({ length: 12 }, () => ({ value: new Float64Array(2) }));
  const { time, severity, active, message, conditionName } = conditionOf(wrong, true);
  assert.deepEqual(
    [time, severity, active, message, conditionName],
    [null, null, null, null, null],
  );
  const fields = [Buffer.from("0a0b", "hex"), null, null, "Pump", new Date(5), 700];
  const event = conditionOf(
    fields.map((value) => ({ value })),
    false,
  );
  assert.deepEqual(
    [event.eventId, event.sourceName, event.time, event.severity],
    ["0a0b", "Pump", 5, 700],
  );
});

test("UA-5: requests are divided by the limit of the server; 0 is none", () => {
  assert.deepEqual(inParts([1, 2, 3, 4, 5], 2), [[1, 2], [3, 4], [5]]);
  assert.deepEqual(inParts([1, 2, 3], 0), [[1, 2, 3]]);
  assert.deepEqual(inParts([], 5), []);
  assert.deepEqual(inParts([], 0), []);
});
