/**
 * The nodes of a warehouse: the templates of nodes.yaml, expanded over a layout. Gives the points
 * as the gateway and the screens know them, each with its node id; the simulator serves the same.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { PanelNote } from "#rules/alarm/panel.ts";
import type { Text } from "#rules/inventory.ts";
import type { PollClass, ProfilePoint } from "#rules/profile.ts";
import { type DetectorKind, three, two, type Warehouse } from "./warehouse.ts";

export type Each =
  | "warehouse"
  | "alarm-valve"
  | "compartment"
  | "call-point"
  | "loop"
  | "pump"
  | DetectorKind;

export type Encoding = "Boolean" | "Int32" | "UInt32" | "Double";

/** A word of an enumeration. */
export type Word = { readonly value: number; readonly name: Text };

/** The value that is an alarm, and the severity (1 to 1000) of its event. */
export type Alarm = { readonly at: boolean | number; readonly severity: number };

export type NodeTemplate = {
  readonly each: Each;
  readonly id: string;
  /** Behind the root of the node id: `AV{nn}.Gong`. */
  readonly node: string;
  /** Browse names below the root, `/` between them. */
  readonly path: string;
  readonly name: Text;
  readonly as: Encoding;
  readonly unit?: string;
  readonly range?: readonly [least: number, most: number];
  readonly deadBand?: number;
  /** Of a boolean: the value in which nothing is wrong. */
  readonly normal?: boolean;
  /** Of what is no boolean: the value in peace. */
  readonly usual?: number;
  /** Name of the enumeration its values are words of. */
  readonly values?: string;
  readonly alarm?: Alarm;
  readonly poll: PollClass;
  readonly panel?: PanelNote;
};

export type Templates = {
  readonly kind: string;
  readonly name: Text;
  readonly heartbeat: { readonly point: string; readonly frozenAfterMs: number };
  readonly enumerations: Readonly<Record<string, readonly Word[]>>;
  readonly nodes: readonly NodeTemplate[];
};

/** What a node belongs to; numbers count from 1. */
export type Part =
  | { readonly kind: "panel" }
  | { readonly kind: "alarm-valve" | "compartment" | "loop" | "pump"; readonly number: number };

export type WarehouseNode = ProfilePoint & {
  /** `ns=2;s=WH01.AV03.Gong`, and the same behind `ns=2;s=`. */
  readonly nodeId: string;
  readonly identifier: string;
  readonly path: string;
  readonly as: Encoding;
  readonly usual?: number;
  readonly values?: readonly Word[];
  readonly alarm?: Alarm;
  readonly part: Part;
  /** Id of the compartment it stands in, where it stands in one. */
  readonly zone?: string;
  /** Id of the template and place among its like (from 0): what a value is looked up by. */
  readonly template: string;
  readonly index: number;
};

let templates: Templates | null = null;

export function readTemplates(): Templates {
  const path = join(import.meta.dirname, "nodes.yaml");
  templates ??= parse(readFileSync(path, "utf8")) as Templates;
  return templates;
}

/** Nodes between two steps: less than a millisecond's work. */
const nodesPerStep = 200;

/** Root is the first part of every node id: `WH01`. Server and gateway must name the same. */
export function nodesOf(...of: Parameters<typeof nodeSteps>): WarehouseNode[] {
  const steps = nodeSteps(...of);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The same a little at a time, for who has others to serve meanwhile: a warehouse has thousands. */
export function* nodeSteps(
  { nodes, enumerations }: Templates,
  warehouse: Warehouse,
  { root = "WH01", namespace = 2 } = {},
): Generator<void, WarehouseNode[]> {
  const likes = likesOf(warehouse);
  const made: WarehouseNode[] = [];
  for (const template of nodes) {
    const values = template.values ? enumerations[template.values] : undefined;
    for (const [index, like] of likes[template.each].entries()) {
      made.push(nodeOf(template, like, index, { root, namespace, values }));
      if (made.length % nodesPerStep === 0) yield;
    }
  }
  return made;
}

type Place = {
  readonly root: string;
  readonly namespace: number;
  readonly values: readonly Word[] | undefined;
};

function nodeOf(
  template: NodeTemplate,
  { marks, part, zone }: Like,
  index: number,
  { root, namespace, values }: Place,
): WarehouseNode {
  const identifier = `${root}.${fill(template.node, marks)}`;
  const { name, range, deadBand, normal, usual, unit, alarm, panel } = template;
  return {
    id: fill(template.id, marks),
    name: { zh: fill(name.zh, marks), en: fill(name.en, marks) },
    type: template.as === "Boolean" ? "boolean" : "number",
    poll: template.poll,
    nodeId: `ns=${namespace};s=${identifier}`,
    identifier,
    path: fill(template.path, marks),
    as: template.as,
    part,
    template: template.id,
    index,
    ...(zone === undefined ? {} : { zone }),
    ...(unit === undefined ? {} : { unit }),
    ...(range === undefined ? {} : { range }),
    ...(deadBand === undefined ? {} : { deadBand }),
    ...(normal === undefined ? {} : { normal }),
    ...(usual === undefined ? {} : { usual }),
    ...(values ? { values } : {}),
    ...(alarm === undefined ? {} : { alarm }),
    ...(panel === undefined ? {} : { panel }),
  };
}

type Marks = Readonly<Record<string, string>>;
type Like = { readonly marks: Marks; readonly part: Part; readonly zone?: string };

/** Of each kind of thing those that stand in this warehouse, in the order of the layout. */
function likesOf(warehouse: Warehouse): Readonly<Record<Each, readonly Like[]>> {
  const { compartments, valves, detectors, callPoints, loops, pumps } = warehouse;
  const zoneOf = (compartment: number): string => `C${two(compartment)}`;
  const numbers = (length: number): number[] => Array.from({ length }, (_, i) => i + 1);
  const detectorsOf = (kind: DetectorKind): Like[] =>
    detectors
      .filter((detector) => detector.kind === kind)
      .map(({ loop, address, compartment }) => ({
        marks: { l: String(loop), aaa: three(address) },
        part: { kind: "loop", number: loop },
        zone: zoneOf(compartment),
      }));
  return {
    warehouse: [{ marks: {}, part: { kind: "panel" } }],
    "alarm-valve": valves.map(({ number }) => ({
      marks: { nn: two(number) },
      part: { kind: "alarm-valve", number },
    })),
    compartment: compartments.map(({ number, id }) => ({
      marks: { nn: two(number) },
      part: { kind: "compartment", number },
      zone: id,
    })),
    "call-point": callPoints.map(({ compartment, number }) => ({
      marks: { nn: two(compartment), k: String(number) },
      part: { kind: "compartment", number: compartment },
      zone: zoneOf(compartment),
    })),
    loop: numbers(loops).map((number) => ({
      marks: { l: String(number) },
      part: { kind: "loop", number },
    })),
    pump: numbers(pumps).map((number) => ({
      marks: { n: String(number) },
      part: { kind: "pump", number },
    })),
    smoke: detectorsOf("smoke"),
    heat: detectorsOf("heat"),
    beam: detectorsOf("beam"),
  };
}

function fill(pattern: string, marks: Marks): string {
  return pattern.replace(/\{(\w+)\}/g, (whole, mark: string) => marks[mark] ?? whole);
}
