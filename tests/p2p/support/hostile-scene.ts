import type { ExecutionContext } from 'ava';
import { WIRE } from '#p2p/wire-format.ts';
import { readRefusal } from '#posiv-wit/generated/p2p/admission.ts';
import { Reader } from '#posiv-wit/codec/reader.ts';
import { ManualClock } from './manual-clock.ts';
import { MemoryNetwork } from './memory-network.ts';
import { startMemoryNode, upAt, type MemoryNode } from './memory-node.ts';
import { RawPeer } from './raw-peer.ts';

/** Two nodes that know each other, and a stranger. */
export interface HostileScene {
  clock: ManualClock;
  network: MemoryNetwork;
  node: MemoryNode;
  good: MemoryNode;
  /** A connection of a stranger that has said nothing. */
  dial(name?: string): Promise<RawPeer>;
  /** One that was admitted. */
  join(name?: string): Promise<RawPeer>;
}

export async function hostileScene(): Promise<HostileScene> {
  const clock = new ManualClock();
  const network = new MemoryNetwork(clock);
  const node = await startMemoryNode(network, { name: 'node' });
  const good = await startMemoryNode(network, { name: 'good', from: ['node'] });
  await clock.advance(1_000);
  const dial = async (name = 'evil'): Promise<RawPeer> => {
    const dialling = RawPeer.dial(network, name, 'node');
    await clock.advance(2);
    return dialling;
  };
  const join = async (name = 'evil'): Promise<RawPeer> => {
    const peer = await dial(name);
    peer.sayHello();
    peer.sayAck(node.id);
    await clock.advance(5);
    return peer;
  };
  return { clock, network, node, good, dial, join };
}

/** It is gone, the log says why, and nobody else felt it. */
export async function isCutOff(
  t: ExecutionContext,
  { clock, node, good }: HostileScene,
  peer: RawPeer,
  code: string,
): Promise<void> {
  await clock.advance(5);
  t.truthy(peer.closed);
  t.true(node.logger.codes().includes(code), `logged: ${node.logger.codes().join(', ')}`);
  t.deepEqual(upAt(node), [good.id]);
  t.deepEqual(node.events.changes(good.id), ['up']);
  t.true(good.mesh.send(node.id, Uint8Array.of(1, 2, 3)));
  await clock.advance(5);
  t.deepEqual(node.events.frames(), [Uint8Array.of(1, 2, 3)]);
}

/** The code that a peer was refused with. */
export function refusal(peer: RawPeer): string | undefined {
  const frame = peer.received.find(({ kind }) => kind === WIRE.refusal);
  return frame === undefined ? undefined : readRefusal(new Reader(frame.body)).code;
}
