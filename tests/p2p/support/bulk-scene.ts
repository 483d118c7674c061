import { ManualClock } from './manual-clock.ts';
import { MemoryNetwork } from './memory-network.ts';
import { startMemoryNode, type MemoryNode } from './memory-node.ts';
import { RawPeer } from './raw-peer.ts';

/** A node that is pulled from, and one that pulls, which know each other. */
export interface BulkScene {
  clock: ManualClock;
  network: MemoryNetwork;
  server: MemoryNode;
  puller: MemoryNode;
}

export async function bulkScene(): Promise<BulkScene> {
  const clock = new ManualClock();
  const network = new MemoryNetwork(clock);
  const server = await startMemoryNode(network, { name: 'server' });
  const puller = await startMemoryNode(network, { name: 'puller', from: ['server'] });
  await clock.advance(1_000);
  return { clock, network, server, puller };
}

/** For pulls that nobody breaks off. */
export const never = new AbortController().signal;

/** Bytes of which no four are like the next. */
export function blob(size: number): Uint8Array {
  const words = Uint32Array.from({ length: Math.ceil(size / 4) }, (_, at) => at * 0x9e37_79b1);
  return new Uint8Array(words.buffer, 0, size);
}

/** Has a node serve these bytes under any name, and tells how much it has given. */
export function serveBytes(
  node: MemoryNode,
  bytes: Uint8Array,
  chunk = 100_000,
): { given: number; closed: boolean } {
  const progress = { given: 0, closed: false };
  node.mesh.serveBulk((_name, offset, size) => {
    const part = bytes.subarray(offset, offset + size);
    async function* chunks(): AsyncGenerator<Uint8Array> {
      try {
        for (let at = 0; at < part.length; at += chunk) {
          const next = part.subarray(at, at + chunk);
          progress.given += next.length;
          yield next;
        }
      } finally {
        progress.closed = true;
      }
    }
    return Promise.resolve({ size: part.length, chunks: chunks() });
  });
  return progress;
}

export interface Pulling {
  bytes: Uint8Array[];
  done: boolean;
  error: Error | undefined;
}

/** Consumes a pull; `pace` holds the consumer back. */
export function consume(chunks: AsyncIterable<Uint8Array>, pace?: () => Promise<void>): Pulling {
  const pulling: Pulling = { bytes: [], done: false, error: undefined };
  void (async () => {
    try {
      for await (const chunk of chunks) {
        pulling.bytes.push(chunk);
        await pace?.();
      }
    } catch (error) {
      pulling.error = error as Error;
    }
    pulling.done = true;
  })();
  return pulling;
}

export function codeOfPull({ error }: Pulling): unknown {
  return (error as { code?: unknown } | undefined)?.code;
}

/** A connection for pulls, of whoever bears the name. */
export async function dialBulk({ clock, network }: BulkScene, name: string): Promise<RawPeer> {
  const dialling = RawPeer.dial(network, name, 'server', 'bulk');
  await clock.advance(2);
  return dialling;
}

/** Makes a member of whoever bears the name. */
export async function admit({ clock, network, server }: BulkScene, name: string): Promise<void> {
  const dialling = RawPeer.dial(network, name, 'server');
  await clock.advance(2);
  const peer = await dialling;
  peer.sayHello();
  peer.sayAck(server.id);
  await clock.advance(5);
}
