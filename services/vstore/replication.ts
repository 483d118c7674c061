import type { BlobName } from './blob-id.ts';
import type { NodeId } from './components.ts';
import { rankedFor } from './rendezvous.ts';

/**
 * On how many nodes each durable thing is (chunk, manifest, record of a path), by how many members there are: one cannot
 * replicate, two or three survive the loss of any one, and from four on two may be lost.
 */
export function copiesFor(members: number): number {
  return members < 4 ? Math.min(members, 2) : 3;
}

/**
 * All members in the order in which they are to have the manifest of a blob: its home, then by rendezvous hashing. The
 * first ones that live have it.
 */
export function manifestOrder(
  { manifest, home }: Pick<BlobName, 'manifest' | 'home'>,
  members: readonly NodeId[],
): readonly NodeId[] {
  return first(members.includes(home) ? [home] : [], rankedFor(manifest, members));
}

/**
 * All members in the order in which they are to have a chunk: those that a manifest names, then by rendezvous hashing of
 * the first chunk that these hold in a row, so that what was together stays together.
 */
export function chunkOrder(
  run: { readonly nodes: readonly NodeId[]; readonly key: string },
  members: readonly NodeId[],
): readonly NodeId[] {
  const named = run.nodes.filter((node) => members.includes(node));
  return first(named, rankedFor(run.key, members));
}

/**
 * The members that are to have a chunk, of those that live: those that its manifest names as long as they are enough, so that
 * nothing moves without need.
 */
export function chunkTargets(
  run: { readonly nodes: readonly NodeId[]; readonly key: string },
  living: readonly NodeId[],
  copies: number,
): readonly NodeId[] {
  return chunkOrder(run, living).slice(0, copies);
}

function first(some: readonly NodeId[], all: readonly NodeId[]): readonly NodeId[] {
  return [...new Set([...some, ...all])];
}
