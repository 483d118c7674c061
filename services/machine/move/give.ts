import type { Clock } from '#kernel/clock.ts';
import type { Taker } from '#posiv-wit/generated/wire.ts';
import type { MachinePeers } from '../components.ts';
import type { Steps } from '../driver/steps.ts';
import { DiskMirror } from '../qemu/disk-mirror.ts';
import { writeMachine } from '../qemu/migration.ts';
import type { QemuProcess } from '../qemu/qemu-process.ts';
import { carry } from './carry.ts';

/** The streams of a machine that is given, by the token under which it was offered. */
export function streamsOf(token: string): { memory: string; disk: string } {
  return { memory: `${token}/memory`, disk: `${token}/disk` };
}

export interface GiveParts {
  readonly qemu: QemuProcess;
  readonly folder: string;
  readonly peers: MachinePeers;
  readonly clock: Clock;
  readonly steps: Steps;
}

export interface Wish {
  readonly token: string;
  /** The node that it is given to. */
  readonly node: string;
  readonly taker: Taker;
  /** Breaks it off. Nothing stops it once the machine is given. */
  readonly signal: AbortSignal;
  /** Called once, when it is: with when it stood still, in milliseconds of the clock. */
  readonly given: (stillAt: number) => void;
}

/**
 * Gives a machine that runs to another node: its disk, then its memory, while it goes on; at the end it stands still here, and
 * the end of the stream of its memory says that the other node may let it go on. That is said once, when there is nothing left
 * that could fail here: from then on it goes on here only if the other node, or who made sure of its end, says so.
 * @throws {failed} and the signal's reason: it goes on as it was
 */
export async function giveMachine(
  { qemu, folder, peers, clock, steps }: GiveParts,
  { token, node, taker, signal, given }: Wish,
): Promise<void> {
  const names = streamsOf(token);
  const [memory, disk] = [peers.write(names.memory), peers.write(names.disk)];
  const breakOff = (): void => {
    for (const stream of [memory, disk]) stream.fail(messageOf(signal.reason));
  };
  signal.addEventListener('abort', breakOff, { once: true });
  try {
    await using mirror = await DiskMirror.start(qemu, folder, (socket) =>
      carry(socket, disk, peers.read(node, taker.answers, signal)),
    );
    steps('disks alike');
    let stillAt = clock.now();
    const stopped = qemu.told(
      ({ event }) => (event === 'STOP' ? (stillAt = clock.now()) : undefined),
      signal,
    );
    stopped.catch(() => {}); // it has ended, which is told in another way
    const switchover = (): Promise<void> => mirror.finish();
    const sink = async (from: AsyncIterable<Uint8Array>): Promise<void> => {
      for await (const bytes of from) await memory.write(bytes);
    };
    await writeMachine(qemu, folder, sink, { keepsMemory: false, live: { switchover, signal } });
    steps('written');
    signal.throwIfAborted();
    signal.removeEventListener('abort', breakOff);
    memory.end();
    given(stillAt);
  } catch (error) {
    for (const stream of [memory, disk]) stream.fail(messageOf(error));
    throw error;
  } finally {
    signal.removeEventListener('abort', breakOff);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
