import { InvalidRecordError, RecordTooLargeError } from '../errors.ts';
import { DIGEST_BYTES, GROUPS } from '../group-digests.ts';
import { isNodeId } from '../node-id.ts';
import { decode, encode } from '../wire-format.ts';
import { checkFact } from './facts.ts';
import { checkEntry } from './record.ts';
import {
  readRegistryMessage,
  writeRegistryMessage,
  type Delta,
  type Held,
  type RegistryMessage,
} from '#posiv-wit/generated/p2p/registry.ts';

/** Longest message. */
const MAX_MESSAGE_BYTES = 64 * 1024;
const MAX_NODES = 1_024; // as many as a roster has

export function encodeMessage(message: RegistryMessage): Uint8Array {
  return encode(writeRegistryMessage, message);
}

/**
 * Reads what a peer sent.
 * @throws {record-too-large} {malformed-value} {invalid-record}
 */
export function decodeMessage(bytes: Uint8Array): RegistryMessage {
  if (bytes.length > MAX_MESSAGE_BYTES)
    throw new RecordTooLargeError('bytes', bytes.length, MAX_MESSAGE_BYTES);
  const message = decode(readRegistryMessage, bytes);
  switch (message.tag) {
    case 'greeting':
      checkHeld(message.val.held);
      break;
    case 'news':
      for (const delta of message.val.deltas) checkDelta(delta);
      for (const { key, value } of message.val.facts) checkFact(key, value);
      break;
    case 'offer':
      if (message.val.length !== GROUPS * DIGEST_BYTES)
        throw new InvalidRecordError(`${message.val.length} bytes of digests`);
      break;
    case 'summary':
    case 'want':
      if (message.val.nodes.length > MAX_NODES)
        throw new InvalidRecordError(`${message.val.nodes.length} nodes`);
      for (const held of message.val.nodes) checkHeld(held);
  }
  return message;
}

function checkHeld({ node }: Held): void {
  if (!isNodeId(node)) throw new InvalidRecordError('something held of what is no node id');
}

function checkDelta({ node, incarnation, since, until, entries }: Delta): void {
  if (!isNodeId(node)) throw new InvalidRecordError('a delta of what is no node id');
  if (incarnation === 0) throw new InvalidRecordError('a delta of a node that has never started');
  let last = since;
  for (const { key, version, value } of entries) {
    if (version <= last) throw new InvalidRecordError('entries that are not in their order');
    last = version;
    checkEntry(key, value);
  }
  if (last > until || since >= until) throw new InvalidRecordError('a delta that ends too early');
}
