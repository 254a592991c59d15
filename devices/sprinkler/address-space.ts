/**
 * The address space of a simulated warehouse: an object for each part of a browse path, a variable
 * for each node, all of it read only. Disablements come and go: a client that watches the
 * NodeVersion of their folder knows when to browse it again (OPC 10000-3, 6.3.9).
 */
import {
  type AddressSpace,
  DataType,
  type Namespace,
  type StatusCode,
  StatusCodes,
  type UAObject,
  type UAVariable,
} from "node-opcua";
import type { Encoding, WarehouseNode } from "./nodes.ts";
import type { Disablement } from "./physics.ts";

export const namespaceUri = "urn:firelink:warehouse";

export type Served = {
  readonly namespace: Namespace;
  /** Notifier of every event of the warehouse. */
  readonly top: UAObject;
  readonly disablements: UAObject;
  /** By point id. */
  readonly variables: ReadonlyMap<string, UAVariable>;
};

const dataTypes: Readonly<Record<Encoding, DataType>> = {
  Boolean: DataType.Boolean,
  Int32: DataType.Int32,
  UInt32: DataType.UInt32,
  Double: DataType.Double,
};

export function serveNodes(
  addressSpace: AddressSpace,
  nodes: readonly WarehouseNode[],
  root: string,
): Served {
  const namespace = addressSpace.registerNamespace(namespaceUri);
  const { objects } = addressSpace.rootFolder;
  const top = namespace.addObject({
    browseName: "WH",
    nodeId: `s=${root}`,
    organizedBy: objects,
    notifierOf: objects.server,
    eventNotifier: 1,
  });
  const parents = new Map<string, UAObject>([[root, top]]);
  const variables = new Map<string, UAVariable>();
  for (const node of nodes) {
    const names = node.path.split("/");
    const ids = node.identifier.slice(root.length + 1).split(".");
    const parent = parentOf(namespace, parents, root, names, ids);
    const nodeId = `s=${node.identifier}`;
    const type = dataTypes[node.as];
    variables.set(node.id, addVariable(namespace, parent, names.at(-1) ?? "", nodeId, type));
  }
  return { namespace, top, disablements: folderOfDisablements(namespace, top, root), variables };
}

/** Path and node id of a node have the same depth: `Loop_1/Smoke_042/State` and `L1.S042.State`. */
function parentOf(
  namespace: Namespace,
  parents: Map<string, UAObject>,
  root: string,
  names: readonly string[],
  ids: readonly string[],
): UAObject {
  const top = parents.get(root) as UAObject;
  return names.slice(0, -1).reduce((parent, browseName, i) => {
    const id = [root, ...ids.slice(0, i + 1)].join(".");
    const found = parents.get(id);
    if (found) return found;
    const made = namespace.addObject({
      browseName,
      nodeId: `s=${id}`,
      componentOf: parent,
      eventSourceOf: top,
    });
    parents.set(id, made);
    return made;
  }, top);
}

function addVariable(
  namespace: Namespace,
  componentOf: UAObject,
  browseName: string,
  nodeId: string,
  dataType: DataType,
): UAVariable {
  return namespace.addVariable({
    componentOf,
    browseName,
    nodeId,
    dataType,
    accessLevel: "CurrentRead",
    userAccessLevel: "CurrentRead",
  });
}

/** Its value may be read by nobody: a server that has it for its own conditions only. */
export function hide({ variables }: Served, id: string): void {
  const variable = variables.get(id);
  if (!variable) throw new Error(`there is no point ${id}`);
  variable.accessLevel = 0;
  variable.userAccessLevel = 0;
}

/** What a device shows at a moment; a status that is not good keeps the last value beside it. */
export function write(
  variable: UAVariable,
  as: Encoding,
  value: boolean | number,
  heard: boolean,
  at: Date,
): void {
  const statusCode: StatusCode = heard ? StatusCodes.Good : StatusCodes.BadNoCommunication;
  variable.setValueFromSource({ dataType: dataTypes[as], value }, statusCode, at);
}

function folderOfDisablements(namespace: Namespace, top: UAObject, root: string): UAObject {
  const folder = namespace.addObject({
    browseName: "Disablements",
    nodeId: `s=${root}.Disable`,
    componentOf: top,
  });
  const version = namespace.addVariable({
    propertyOf: folder,
    browseName: { name: "NodeVersion", namespaceIndex: 0 },
    nodeId: `s=${root}.Disable.NodeVersion`,
    dataType: DataType.String,
    accessLevel: "CurrentRead",
  });
  version.setValueFromSource({ dataType: DataType.String, value: "0" });
  return folder;
}

/** Makes the folder hold just these; what has changed is put there anew. */
export function serveDisablements(
  { namespace, disablements }: Served,
  root: string,
  before: readonly Disablement[],
  now: readonly Disablement[],
): void {
  for (const old of before) {
    if (now.includes(old)) continue;
    const node = namespace.findNode(`s=${root}.Disable.${old.id}`);
    if (node) namespace.deleteNode(node);
  }
  for (const one of now) {
    if (before.includes(one)) continue;
    const nodeId = `s=${root}.Disable.${one.id}`;
    const object = namespace.addObject({
      browseName: one.id,
      nodeId,
      componentOf: disablements,
    });
    const text = (name: string, value: string): void => {
      constant(namespace, object, name, nodeId, DataType.String, value);
    };
    const time = (name: string, ms: number): void => {
      constant(namespace, object, name, nodeId, DataType.DateTime, new Date(ms));
    };
    text("What", one.what);
    text("By", one.by);
    time("From", one.fromMs);
    time("Until", one.untilMs);
    text("Reason", one.reason);
  }
}

function constant(
  namespace: Namespace,
  object: UAObject,
  name: string,
  parentId: string,
  dataType: DataType,
  value: string | Date,
): void {
  const variable = addVariable(namespace, object, name, `${parentId}.${name}`, dataType);
  variable.setValueFromSource({ dataType, value });
}
