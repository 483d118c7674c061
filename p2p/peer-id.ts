import { fromString } from 'uint8arrays/from-string';
import { toString } from 'uint8arrays/to-string';
import { nodeIdOf, type NodeId } from './node-id.ts';

export const KEY_BYTES = 32; // of an Ed25519 public key

// A multihash of the identity, 36 bytes, of a protobuf that says: Ed25519, 32 bytes (libp2p specs, peer-ids.md).
const PREFIX = Uint8Array.of(0x00, 0x24, 0x08, 0x01, 0x12, 0x20);

/** The bytes of the peer id of an Ed25519 public key. */
export function peerIdOf(key: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(PREFIX.length + KEY_BYTES);
  bytes.set(PREFIX);
  bytes.set(key, PREFIX.length);
  return bytes;
}

/** The Ed25519 public key in a peer id; undefined where it is another kind of key, which no node has. */
export function keyOf(peerId: Uint8Array): Uint8Array | undefined {
  const isOurs =
    peerId.length === PREFIX.length + KEY_BYTES && PREFIX.every((byte, at) => peerId[at] === byte);
  return isOurs ? peerId.slice(PREFIX.length) : undefined;
}

/** The id of the node that holds a key. */
export function nodeIdOfKey(key: Uint8Array): NodeId {
  return nodeIdOf(peerIdOf(key));
}

/** As libp2p writes it: `12D3KooW` and what follows. */
export function peerIdText(key: Uint8Array): string {
  return toString(peerIdOf(key), 'base58btc');
}

/** The key of a peer id that somebody wrote; undefined where it is none of an Ed25519 key. */
export function parsePeerId(text: string): Uint8Array | undefined {
  if (!/^12D3KooW[1-9A-HJ-NP-Za-km-z]{44}$/.test(text)) return undefined;
  return keyOf(fromString(text, 'base58btc'));
}
