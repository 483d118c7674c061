import { once } from 'node:events';
import { open, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { MachineFault } from '../errors.ts';
import { INCOMING_FD, OUTGOING_SOCKET } from './arguments.ts';
import type { QemuProcess } from './qemu-process.ts';
import type { QmpEvent } from './qmp.ts';

/** Where the bytes of a machine go. */
export type Sink = (from: AsyncIterable<Uint8Array>) => Promise<void>;

// Nothing is to be spared: both ends are on this machine or wait for it.
const BANDWIDTH = 2 ** 40;

/**
 * Has QEMU write its machine: devices, and memory unless that lies in a file which stays. The machine is stopped afterwards,
 * or where it fails, as it was.
 * @throws {failed} and what the sink throws
 */
export async function writeMachine(
  qemu: QemuProcess,
  folder: string,
  sink: Sink,
  { keepsMemory }: { readonly keepsMemory: boolean },
): Promise<void> {
  await prepare(qemu, keepsMemory);
  // By a short name, whatever the folder's: the address of a Unix socket has room for 107 bytes.
  await using held = await open(folder);
  const server = createServer({ pauseOnConnect: true });
  server.listen(`/proc/self/fd/${held.fd}/${OUTGOING_SOCKET}`);
  await once(server, 'listening');
  try {
    const completed = completion(qemu);
    completed.catch(() => {}); // it is waited for below
    const connected = once(server, 'connection') as Promise<[Socket]>;
    await qemu.qmp.execute('migrate', { uri: `unix:${OUTGOING_SOCKET}` });
    const [socket] = await Promise.race([connected, completed.then(() => connected)]);
    try {
      await Promise.all([sink(socket), completed]);
    } catch (error) {
      socket.destroy();
      await qemu.qmp.execute('migrate_cancel').catch(() => {});
      throw error;
    }
  } finally {
    server.close();
    await rm(join(folder, OUTGOING_SOCKET), { force: true });
  }
}

/**
 * Gives a QEMU that waits for it the machine to go on from; paused until it is told to go on.
 * @throws {failed} and what the source throws
 */
export async function readMachine(
  qemu: QemuProcess,
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { keepsMemory }: { readonly keepsMemory: boolean },
): Promise<void> {
  const completed = completion(qemu);
  completed.catch(() => {}); // it is waited for below
  await prepare(qemu, keepsMemory);
  await qemu.qmp.execute('migrate-incoming', { uri: `fd:${INCOMING_FD}` });
  for await (const bytes of source) {
    if (!qemu.incoming.write(bytes)) await Promise.race([once(qemu.incoming, 'drain'), completed]);
  }
  qemu.incoming.end();
  await completed;
}

async function prepare({ qmp }: QemuProcess, keepsMemory: boolean): Promise<void> {
  const capabilities = [
    { capability: 'events', state: true },
    { capability: 'x-ignore-shared', state: keepsMemory },
  ];
  await Promise.all([
    qmp.execute('migrate-set-capabilities', { capabilities }),
    qmp.execute('migrate-set-parameters', { 'max-bandwidth': BANDWIDTH }),
  ]);
}

/** Resolves when the machine is whole at the other end. @throws {failed} */
async function completion(qemu: QemuProcess): Promise<void> {
  const status = await qemu.told(({ event, data }: QmpEvent) => {
    const now = event === 'MIGRATION' ? data['status'] : undefined;
    return now === 'completed' || now === 'failed' || now === 'cancelled' ? now : undefined;
  });
  if (status === 'completed') return;
  throw new MachineFault('failed', `QEMU did not pass its machine on: ${status}`);
}
