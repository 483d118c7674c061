import type { JobSpec } from './job-spec.ts';

const MIB = 1 << 20; // vStore's chunks: a split of whole ones is read the fast way
/** Chunks in a row that vStore keeps on one node: what divides them is read from one place. */
const STRIPE = 16 * MIB;
/** Several for each slot: whoever is faster takes more of them, and the last to finish is not far behind. */
const SPLITS_PER_SLOT = 8;

export interface Input {
  path: string;
  blob: string;
  size: number;
}

/** A piece of an input. */
export interface Split {
  number: number;
  input: Input;
  offset: number;
  size: number;
  /** Ids of the nodes that hold its bytes, the one first that need ask others for the least. */
  nodes: string[];
  /** Times that a map vTask was lost with it. */
  attempts: number;
  lastCause: string;
  pending: boolean;
}

interface Extent {
  offset: number;
  size: number;
  nodes: string[];
}

/** Bytes of a split, for a job of so many bytes and so many map vTasks at a time. */
export function splitSizeFor(spec: JobSpec, total: number, slots: number): number {
  if (spec.splitSize > 0) return spec.splitSize;
  const wanted = total / (Math.max(slots, spec.maps) * SPLITS_PER_SLOT);
  let size = STRIPE;
  while (size > MIB && size > wanted) size /= 2;
  return size;
}

/** Cuts inputs into splits. An empty input has none. */
export function planSplits(
  inputs: readonly Input[],
  size: number,
  locate: (input: Input) => Extent[],
): Split[] {
  const splits: Split[] = [];
  for (const input of inputs) {
    const extents = input.size > 0 ? locate(input) : [];
    for (let offset = 0, first = 0; offset < input.size; offset += size) {
      const length = Math.min(size, input.size - offset);
      while (first < extents.length && ends(extents[first]) <= offset) first += 1;
      const nodes = holders(extents, first, offset, offset + length);
      const fresh = { attempts: 0, lastCause: '', pending: true };
      splits.push({ number: splits.length, input, offset, size: length, nodes, ...fresh });
    }
  }
  return splits;
}

function ends(extent: Extent | undefined): number {
  return extent ? extent.offset + extent.size : Infinity;
}

function holders(extents: readonly Extent[], first: number, from: number, to: number): string[] {
  const held = new Map<string, number>();
  let at = first;
  for (; at < extents.length; at++) {
    const extent = extents[at];
    if (!extent || extent.offset >= to) break;
    const bytes = Math.min(to, ends(extent)) - Math.max(from, extent.offset);
    for (const node of extent.nodes) held.set(node, (held.get(node) ?? 0) + bytes);
  }
  // The split's last record is likely to end in the chunk behind it, which is read whole since only so can it be verified.
  const last = extents[at - 1];
  const behind = ends(last) > to ? last : extents[at];
  for (const node of behind?.nodes ?? []) {
    const bytes = held.get(node);
    if (bytes !== undefined) held.set(node, bytes + MIB);
  }
  return [...held].toSorted(([, a], [, b]) => b - a).map(([node]) => node);
}
