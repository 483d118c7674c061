import type { Duplex } from 'node:stream';
import { MachineFault } from '../errors.ts';
import { FolderSocket, connectIn } from './folder-socket.ts';
import type { QemuProcess } from './qemu-process.ts';

const SOCKET = 'disk.sock';
const DISK = 'disk';
const JOB = 'mirror';
const TARGET = 'mirror-target';

/**
 * The disk of a machine that runs, copied to another QEMU, and each write of its guest from then on at the same time
 * (docs/interop/live-block-operations of QEMU). Between them is the network block device protocol, carried by the nodes.
 */
export class DiskMirror implements AsyncDisposable {
  readonly #qemu: QemuProcess;
  readonly #stack: AsyncDisposableStack;
  readonly #ended: Promise<void>;

  private constructor(qemu: QemuProcess, stack: AsyncDisposableStack, ended: Promise<void>) {
    this.#qemu = qemu;
    this.#stack = stack;
    this.#ended = ended;
  }

  /**
   * Resolves when both disks are alike.
   * @param carry carries what comes of a socket to the other end, and back, until either ends
   * @throws {failed}
   */
  static async start(
    qemu: QemuProcess,
    folder: string,
    carry: (socket: Duplex) => Promise<void>,
  ): Promise<DiskMirror> {
    await using stack = new AsyncDisposableStack();
    const listening = stack.use(await FolderSocket.listen(folder, SOCKET));
    const { qmp } = qemu;
    let socket: Duplex | undefined;
    const lost = Promise.withResolvers<never>();
    lost.promise.catch(() => {}); // it is waited for below, while there is something to wait for
    listening.connected.then((connected) => {
      socket = connected;
      void carry(connected).then(() => connected.destroy(), lost.reject);
    }, lost.reject);
    const server = { type: 'unix', path: SOCKET };
    const target = { driver: 'nbd', 'node-name': TARGET, server, export: DISK };
    await Promise.race([qmp.execute('blockdev-add', target), lost.promise]);
    stack.defer(() =>
      qmp.execute('blockdev-del', { 'node-name': TARGET }).then(
        () => {},
        () => {},
      ),
    );

    const left = new AbortController(); // what QEMU tells after this is of another job
    stack.defer(() => left.abort());
    const ready = told(qemu, left.signal, 'BLOCK_JOB_READY');
    const ended = told(qemu, left.signal, 'BLOCK_JOB_COMPLETED', 'BLOCK_JOB_CANCELLED');
    for (const each of [ready, ended]) each.catch(() => {}); // they are waited for below
    await qmp.execute('blockdev-mirror', {
      'job-id': JOB,
      device: DISK,
      target: TARGET,
      sync: 'top', // what was never written is not there on the other side either
      'copy-mode': 'write-blocking', // so however much the guest writes, little is left to be copied at the end
    });
    stack.defer(async () => {
      // Where it is not over, nothing that is on its way is waited for.
      socket?.destroy();
      await qmp.execute('block-job-cancel', { device: JOB, force: true }).catch(() => {});
      await ended.catch(() => {});
    });
    await Promise.race([ready, ended.then(() => Promise.reject(gone()))]);
    return new DiskMirror(qemu, stack.move(), ended);
  }

  /** Makes the other disk what this one is now, and lets go of it. The machine stands still. @throws {failed} */
  async finish(): Promise<void> {
    await this.#qemu.qmp.execute('block-job-cancel', { device: JOB });
    await this.#ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

/** Lets the disk of a QEMU that waits for its machine be written by another one. @returns the socket to do it by */
export async function serveDisk({ qmp }: QemuProcess, folder: string): Promise<Duplex> {
  await qmp.execute('nbd-server-start', { addr: { type: 'unix', data: { path: SOCKET } } });
  const disk = { type: 'nbd', id: DISK, 'node-name': DISK, name: DISK, writable: true };
  await qmp.execute('block-export-add', disk);
  return connectIn(folder, SOCKET);
}

/** Nobody else writes it from now on. */
export async function keepDisk({ qmp }: QemuProcess): Promise<void> {
  await qmp.execute('nbd-server-stop');
}

/** The job has come so far. @throws {failed} it has ended with an error */
async function told(
  qemu: QemuProcess,
  signal: AbortSignal,
  ...events: readonly string[]
): Promise<void> {
  const { error } = await qemu.told(
    ({ event, data }) => (events.includes(event) && data['device'] === JOB ? data : undefined),
    signal,
  );
  if (error !== undefined) throw gone(JSON.stringify(error));
}

function gone(why = 'it was broken off'): MachineFault {
  return new MachineFault('failed', `the disk of the machine was not copied: ${why}`);
}
