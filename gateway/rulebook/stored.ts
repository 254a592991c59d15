/**
 * Packs as artefacts of the journal. A set of many rules is stored in parts, so that neither the commit
 * nor whoever reads it again holds anybody up; a small one is one body.
 */
import type { PackSource } from "#rules/detect/pack.ts";
import type { Packs } from "#rules/rulebook.ts";
import { artefactHash } from "../journal/chain.ts";
import type { ArtefactRow } from "../journal/file.ts";

/** Of one part: 2 ms to read. */
const partBytes = 256 << 10;
const kind = "packs";
const partKind = "packs-part";

type Manifest = { readonly v: 2; readonly parts: readonly string[] };
type ReadBody = (hash: string) => Uint8Array | null;

/** Rows to store, the parts first; `hash` names the whole. */
export function storedPacks(packs: Packs): {
  readonly hash: string;
  readonly rows: readonly ArtefactRow[];
} {
  const body = bytesOf(packs);
  if (body.length <= partBytes) {
    const hash = artefactHash(body);
    return { hash, rows: [{ hash, kind, body }] };
  }
  const parts = chunksOf(packs).map((chunk): ArtefactRow => {
    const part = bytesOf(chunk);
    return { hash: artefactHash(part), kind: partKind, body: part };
  });
  const manifest = bytesOf({ v: 2, parts: parts.map(({ hash }) => hash) } satisfies Manifest);
  const hash = artefactHash(manifest);
  return { hash, rows: [...parts, { hash, kind, body: manifest }] };
}

/** Hashes of the parts a body is made of; none where it is whole. */
export function packParts(body: Uint8Array): readonly string[] {
  // A whole one begins with its list of packs.
  if (body[0] === "[".charCodeAt(0)) return [];
  try {
    return (JSON.parse(textOf(body)) as Manifest).parts;
  } catch {
    // Bytes that are none of ours: whoever asks for the whole is told so.
    return [];
  }
}

/** Throws where a part is missing. */
export function readStored(hash: string, read: ReadBody): Packs {
  const [first, ...rest] = bodiesOf(hash, read);
  return joined([first, ...rest].flatMap((body) => (body ? chunkOf(body) : [])));
}

/** Whole or in parts, as they must be read one after the other. */
export function bodiesOf(hash: string, read: ReadBody): readonly Uint8Array[] {
  const body = needed(hash, read);
  const parts = packParts(body);
  return parts.length === 0 ? [body] : parts.map((part) => needed(part, read));
}

export function chunkOf(body: Uint8Array): readonly PackSource[] {
  return JSON.parse(textOf(body)) as PackSource[];
}

/** Pieces of one pack that follow each other become one. */
export function joined(chunks: readonly PackSource[]): Packs {
  const packs: PackSource[] = [];
  for (const chunk of chunks) {
    const last = packs.at(-1);
    if (last && last.pack === chunk.pack)
      (last.rules as PackSource["rules"][number][]).push(...chunk.rules);
    else packs.push({ ...chunk, rules: [...chunk.rules] });
  }
  return packs;
}

function chunksOf(packs: Packs): PackSource[][] {
  const chunks: PackSource[][] = [];
  let chunk: PackSource[] = [];
  let size = 0;
  const end = (): void => {
    if (chunk.length > 0) chunks.push(chunk);
    [chunk, size] = [[], 0];
  };
  for (const pack of packs) {
    let rules: PackSource["rules"][number][] = [];
    const add = (): void => {
      chunk.push({ ...pack, rules });
      rules = [];
    };
    for (const rule of pack.rules) {
      const length = JSON.stringify(rule).length * 2;
      if (size + length > partBytes && size > 0) {
        add();
        end();
      }
      rules.push(rule);
      size += length;
    }
    add();
  }
  end();
  return chunks;
}

function needed(hash: string, read: ReadBody): Uint8Array {
  const body = read(hash);
  if (!body) throw new Error(`artefact ${hash} is not in the journal`);
  return body;
}

function bytesOf(value: unknown): Uint8Array {
  return new Uint8Array(Buffer.from(JSON.stringify(value), "utf8"));
}

function textOf(body: Uint8Array): string {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8");
}
