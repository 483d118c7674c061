import { drained } from '../drained.ts';
import { MachineFault } from '../errors.ts';
import type { QemuProcess } from '../qemu/qemu-process.ts';
import { OVERHEAD_BYTES } from './overhead.ts';

/** The process of a machine, as far as its state goes through it. */
type StateProcess = Pick<QemuProcess, 'incoming'> & {
  readonly qmp: Pick<QemuProcess['qmp'], 'execute'>;
};

/** The state of a machine that stands still. @throws {failed} it ends, or has more than it may */
export async function saveState(
  { qmp, incoming }: StateProcess,
  memory: number,
): Promise<AsyncIterable<Uint8Array>> {
  const { bytes } = (await qmp.execute('save')) as { readonly bytes: number };
  if (!(Number.isSafeInteger(bytes) && bytes > 0 && bytes <= memory + OVERHEAD_BYTES))
    throw new MachineFault('failed', `v86 says that its machine has ${bytes} bytes`);
  return exactly(bytes, incoming);
}

/** Gives one that has not begun a state to go on from. @throws {failed} {refused} it is too long, and what the source throws */
export async function restoreState(
  { qmp, incoming }: StateProcess,
  state: AsyncIterable<Uint8Array>,
  memory: number,
): Promise<void> {
  const most = memory + OVERHEAD_BYTES;
  let bytes = 0;
  for await (const piece of state) {
    bytes += piece.length;
    if (bytes > most)
      throw new MachineFault('refused', `what it goes on from has more than ${most} bytes`);
    if (!incoming.write(piece)) await drained(incoming);
    if (incoming.destroyed) break; // it has ended, which is told by its orders
  }
  await qmp.execute('restore', { bytes });
}

/** So many bytes. Who breaks off leaves none of them in the pipe. @throws {failed} there are more or fewer */
async function* exactly(bytes: number, from: QemuProcess['incoming']): AsyncGenerator<Uint8Array> {
  const pieces = (from.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>)[
    Symbol.asyncIterator
  ]();
  const due = { bytes };
  const next = async (): Promise<Uint8Array> => {
    const { done, value } = await pieces.next();
    const left = done ? 0 : due.bytes - value.length;
    due.bytes = Math.max(0, left);
    if (done) throw new MachineFault('failed', 'v86 ended while its machine was kept');
    if (left < 0)
      throw new MachineFault('failed', `v86 writes more than the ${bytes} bytes that it said`);
    return value;
  };
  try {
    while (due.bytes > 0) yield await next();
  } finally {
    while (due.bytes > 0) await next();
    await pieces.return?.();
  }
}
