import {
  generateKeyPairFromSeed,
  privateKeyFromProtobuf,
  privateKeyToProtobuf,
} from '@libp2p/crypto/keys';
import { peerIdFromPrivateKey } from '@libp2p/peer-id';
import { nodeIdOf, type NodeId } from '../node-id.ts';
import type { PrivateKey } from '@libp2p/interface';

const SEED_BYTES = 32; // of an Ed25519 key

export interface NodeKey {
  readonly id: NodeId;
  readonly privateKey: PrivateKey;
}

/** A new key, in the form in which it is stored. */
export async function makeNodeKey(bytes: (count: number) => Uint8Array): Promise<Uint8Array> {
  return privateKeyToProtobuf(await generateKeyPairFromSeed('Ed25519', bytes(SEED_BYTES)));
}

export function readNodeKey(stored: Uint8Array): NodeKey {
  const privateKey = privateKeyFromProtobuf(stored);
  return { id: nodeIdOf(peerIdFromPrivateKey(privateKey).toMultihash().bytes), privateKey };
}
