import { once } from 'node:events';
import type { QemuProcess } from '../qemu/qemu-process.ts';
import { MachineFault } from '../errors.ts';

/** What v86 keeps beside the memory that a machine was given. */
const OVERHEAD_BYTES = 64 << 20;

/** The state of a machine that stands still. @throws {failed} it ends, or has more than it may */
export async function saveState(
  { qmp, incoming }: QemuProcess,
  memory: number,
): Promise<AsyncIterable<Uint8Array>> {
  const { bytes } = (await qmp.execute('save')) as { readonly bytes: number };
  if (!(Number.isSafeInteger(bytes) && bytes > 0 && bytes <= memory + OVERHEAD_BYTES))
    throw new MachineFault('failed', `v86 says that its machine has ${bytes} bytes`);
  return exactly(bytes, incoming);
}

/** Gives one that has not begun a state to go on from. @throws {failed} {refused} it is too long, and what the source throws */
export async function restoreState(
  { qmp, incoming }: QemuProcess,
  state: AsyncIterable<Uint8Array>,
  memory: number,
): Promise<void> {
  const most = memory + OVERHEAD_BYTES;
  // How long it is has to be said first, and is known only at its end.
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of state) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > most)
      throw new MachineFault('refused', `what it goes on from has more than ${most} bytes`);
  }
  const restored = qmp.execute('restore', { bytes });
  restored.catch(() => {}); // it is waited for below
  for (const piece of pieces)
    if (!incoming.write(piece)) await Promise.race([once(incoming, 'drain'), restored]);
  await restored;
}

/** So many bytes, and no more. Who breaks off leaves none of them in the pipe. */
async function* exactly(bytes: number, from: QemuProcess['incoming']): AsyncGenerator<Uint8Array> {
  const pieces = (from.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>)[
    Symbol.asyncIterator
  ]();
  const due = { bytes };
  const next = async (): Promise<Uint8Array> => {
    const { done, value } = await pieces.next();
    due.bytes = done ? 0 : due.bytes - value.length;
    if (done) throw new MachineFault('failed', 'v86 ended while its machine was kept');
    return value;
  };
  try {
    while (due.bytes > 0) yield await next();
  } finally {
    while (due.bytes > 0) await next();
    await pieces.return?.();
  }
}
