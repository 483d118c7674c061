import { once } from 'node:events';
import { MachineFault } from '../errors.ts';
import { INCOMING_FD, OUTGOING_SOCKET } from './arguments.ts';
import { FolderSocket } from './folder-socket.ts';
import type { QemuProcess } from './qemu-process.ts';
import type { QmpEvent } from './qmp.ts';

/** Where the bytes of a machine go. */
export type Sink = (from: AsyncIterable<Uint8Array>) => Promise<void>;

/** How a machine is written. */
export interface Writing {
  /** Its memory lies in a file which stays. */
  readonly keepsMemory: boolean;
  /** It runs on until little is left to be written. Else it has been stopped before. */
  readonly live?: {
    /** Called when it has been stopped, before the rest is written. */
    readonly switchover: () => Promise<void>;
    /** Breaks it off: the machine goes on. */
    readonly signal: AbortSignal;
  };
}

// Nothing is to be spared: both ends are on this machine or wait for it.
const BANDWIDTH = 2 ** 40;
/** For how long what is left of a machine may be written while it stands still; the devices come on top. */
const STILL_MS = 15;
/** Of its first pages nothing is known yet, so a guest that writes faster than it is read is slowed down, by so much of its time at first. */
const SLOWED_PERCENT = 30;

type Status = 'pre-switchover' | 'completed' | 'failed' | 'cancelled';
const STATUSES: readonly unknown[] = ['pre-switchover', 'completed', 'failed', 'cancelled'];

/**
 * Has QEMU write its machine: devices, and memory unless that lies in a file which stays. The machine is stopped afterwards,
 * or where it fails, as it was.
 * @throws {failed} and what the sink throws
 */
export async function writeMachine(
  qemu: QemuProcess,
  folder: string,
  sink: Sink,
  { keepsMemory, live }: Writing,
): Promise<void> {
  live?.signal.throwIfAborted();
  await prepare(qemu, keepsMemory, live !== undefined);
  await using listening = await FolderSocket.listen(folder, OUTGOING_SOCKET);
  const { connected } = listening;
  const left = new AbortController(); // what QEMU tells after this is not of this time
  const aborted = Promise.withResolvers<never>();
  aborted.promise.catch(() => {}); // it is waited for below
  const abort = (): void => aborted.reject(live?.signal.reason as Error);
  live?.signal.addEventListener('abort', abort, { once: true });
  const stillAt = live && status(qemu, left.signal);
  const completed = completion(qemu, left.signal);
  const over = Promise.all([stillAt && atStandstill(qemu, stillAt, live), completed]);
  over.catch(() => {}); // it is waited for below
  try {
    await qemu.qmp.execute('migrate', { uri: `unix:${OUTGOING_SOCKET}` });
    try {
      const socket = await Promise.race([connected, over.then(() => connected), aborted.promise]);
      await Promise.race([Promise.all([sink(socket), over]), aborted.promise]);
    } catch (error) {
      connected.then(
        (socket) => socket.destroy(),
        () => {}, // it never came to be
      );
      await cancel(qemu);
      await completed.catch(() => {}); // the machine is as it was then
      throw error;
    }
  } finally {
    left.abort();
    live?.signal.removeEventListener('abort', abort);
  }
}

/**
 * Gives a QEMU that waits for it the machine to go on from; paused until it is told to go on.
 * @throws {failed} and what the source throws
 */
export async function readMachine(
  qemu: QemuProcess,
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { keepsMemory }: Pick<Writing, 'keepsMemory'>,
): Promise<void> {
  const completed = completion(qemu);
  completed.catch(() => {}); // it is waited for below
  // Said at once, in the order in which it is carried out: QEMU answers nothing before it has started, and each answer is waited for by a turn. It has
  // been told nothing yet, so nothing more has to be said.
  const capabilities = [
    { capability: 'events', state: true },
    ...(keepsMemory ? [{ capability: 'x-ignore-shared', state: true }] : []),
  ];
  await Promise.all([
    qemu.qmp.execute('migrate-set-capabilities', { capabilities }),
    qemu.qmp.execute('migrate-incoming', { uri: `fd:${INCOMING_FD}` }),
  ]);
  for await (const bytes of source) {
    if (!qemu.incoming.write(bytes)) await Promise.race([once(qemu.incoming, 'drain'), completed]);
  }
  qemu.incoming.end();
  await completed;
}

/** Everything is said each time: QEMU remembers what it was told before. */
async function prepare({ qmp }: QemuProcess, keepsMemory: boolean, live: boolean): Promise<void> {
  const capabilities = [
    { capability: 'events', state: true },
    { capability: 'x-ignore-shared', state: keepsMemory },
    { capability: 'pause-before-switchover', state: live },
    { capability: 'auto-converge', state: live },
  ];
  await Promise.all([
    qmp.execute('migrate-set-capabilities', { capabilities }),
    qmp.execute('migrate-set-parameters', {
      'max-bandwidth': BANDWIDTH,
      'downtime-limit': STILL_MS,
      'cpu-throttle-initial': SLOWED_PERCENT,
    }),
  ]);
}

/** Does what is to be done while the machine stands still, and has the rest written. */
async function atStandstill(
  { qmp }: QemuProcess,
  reached: Promise<Status>,
  { switchover }: NonNullable<Writing['live']>,
): Promise<void> {
  if ((await reached) !== 'pre-switchover') return; // `completion` says what became of it
  await switchover();
  await qmp.execute('migrate-continue', { state: 'pre-switchover' });
}

/**
 * Breaks off what is being written. QEMU may wait to be told to go on where it stands still, also where it was told meanwhile that it is broken off
 * (before it could say that it waits), and would stand still for ever: so it is told both. Where it does not wait the second is an error and does nothing.
 */
async function cancel({ qmp }: QemuProcess): Promise<void> {
  await qmp.execute('migrate_cancel').catch(() => {});
  await qmp.execute('migrate-continue', { state: 'cancelling' }).catch(() => {});
}

/** Resolves when the machine is whole at the other end. @throws {failed} */
async function completion(qemu: QemuProcess, signal?: AbortSignal): Promise<void> {
  const end = await status(qemu, signal, 'pre-switchover');
  if (end === 'completed') return;
  throw new MachineFault('failed', `QEMU did not pass its machine on: ${end}`);
}

/** The next status that says something. @param but one that is passed over */
function status(qemu: QemuProcess, signal?: AbortSignal, but?: Status): Promise<Status> {
  return qemu.told(({ event, data }: QmpEvent) => {
    const now = event === 'MIGRATION' ? data['status'] : undefined;
    return STATUSES.includes(now) && now !== but ? (now as Status) : undefined;
  }, signal);
}
