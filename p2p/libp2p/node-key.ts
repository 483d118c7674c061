import {
  privateKeyFromProtobuf,
  privateKeyFromRaw,
  privateKeyToProtobuf,
} from '@libp2p/crypto/keys';
import { peerIdFromPrivateKey } from '@libp2p/peer-id';
import { signingKey, type SigningKey } from '../credentials/signing-key.ts';
import { nodeIdOf, type NodeId } from '../node-id.ts';
import type { Random } from '../environment.ts';
import type { IdentityStore } from '../identity.ts';
import type { PrivateKey } from '@libp2p/interface';

const SEED_BYTES = 32; // of an Ed25519 key

export interface NodeKey {
  readonly id: NodeId;
  readonly privateKey: PrivateKey;
  readonly signing: SigningKey;
}

/** The key that is stored, or a new one that is from now on. */
export async function loadNodeKey(
  identity: Pick<IdentityStore, 'load' | 'save'>,
  random: Pick<Random, 'bytes'>,
): Promise<NodeKey> {
  const stored = await identity.load();
  if (stored !== undefined) return readNodeKey(stored);
  const made = makeNodeKey((count) => random.bytes(count));
  await identity.save(made);
  return readNodeKey(made);
}

/** A new key, in the form in which it is stored. */
export function makeNodeKey(bytes: (count: number) => Uint8Array): Uint8Array {
  const seed = bytes(SEED_BYTES);
  // The public part by the system's library: libp2p's own takes 40 ms for it, for it prepares for a thousand more.
  const raw = Buffer.concat([seed, signingKey(seed).publicKey]);
  return privateKeyToProtobuf(privateKeyFromRaw(raw));
}

export function readNodeKey(stored: Uint8Array): NodeKey {
  const privateKey = privateKeyFromProtobuf(stored);
  const id = nodeIdOf(peerIdFromPrivateKey(privateKey).toMultihash().bytes);
  return { id, privateKey, signing: signingKey(privateKey.raw.subarray(0, SEED_BYTES)) };
}
