import type { NodeId } from './components.ts';
import type { Digest } from './digest.ts';
import { NotFoundError } from './errors.ts';

/** What an id says: the manifest's sha256, the node that has the manifest, and whether the blob is scratch. */
export interface BlobName {
  readonly id: string;
  readonly manifest: Digest;
  readonly home: NodeId;
  readonly scratch: boolean;
}

const SHAPE = /^([0-9a-f]{64})\.([A-Za-z0-9_-]{1,128})(\.s)?$/;

export function makeBlobId(manifest: Digest, home: NodeId, scratch: boolean): string {
  return `${manifest}.${home}${scratch ? '.s' : ''}`;
}

/**
 * Ids come from anybody: one that vStore cannot have made names no blob.
 * @throws {not-found}
 */
export function parseBlobId(id: unknown): BlobName {
  const match = typeof id === 'string' ? SHAPE.exec(id) : null;
  const [whole, manifest, home, suffix] = match ?? [];
  if (whole === undefined || manifest === undefined || home === undefined) {
    throw new NotFoundError(`${describe(id)} is no blob-id: use one that seal or stat gave`);
  }
  return { id: whole, manifest, home, scratch: suffix !== undefined };
}

/** Whether a node's name can stand in a blob-id. */
export function isNodeId(node: unknown): node is NodeId {
  return typeof node === 'string' && /^[A-Za-z0-9_-]{1,128}$/.test(node);
}

function describe(id: unknown): string {
  return typeof id === 'string' ? JSON.stringify(id.slice(0, 80)) : typeof id;
}
