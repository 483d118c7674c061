import type { Clock } from '#kernel/clock.ts';
import { MachineFault } from '../errors.ts';
import type { QemuProcess } from './qemu-process.ts';

// Debian's kernel takes 10 s of a processor, translated, and others may want that too.
const READY_WITHIN_MS = 180_000;
const KEPT_CHARS = 2_400;
const SHOWN_CHARS = 600;

/**
 * Waits until a machine has written what says that it is ready.
 * @throws {not-ready} with the end of what its console said
 */
export async function untilReady(
  { console, ended }: Pick<QemuProcess, 'console' | 'ended'>,
  marker: string,
  clock: Clock,
  withinMs = READY_WITHIN_MS,
): Promise<void> {
  let said = '';
  const { promise: over, resolve } = Promise.withResolvers<string | undefined>();
  const take = (bytes: Buffer): void => {
    said = (said + bytes.toString('latin1')).slice(-KEPT_CHARS);
    if (said.includes(wanted)) resolve(undefined);
  };
  const wanted = Buffer.from(marker).toString('latin1');
  const late = `it did not say ${JSON.stringify(marker)} within ${withinMs / 1_000} s`;
  const cancel = clock.after(withinMs, () => resolve(late));
  console.on('data', take);
  const why = await Promise.race([over, ended]);
  console.off('data', take);
  cancel();
  if (why === undefined) return;
  const tail = Buffer.from(said.slice(-SHOWN_CHARS), 'latin1').toString().trim();
  throw new MachineFault(
    'not-ready',
    `it did not start: ${why}${tail && `; its console: ${tail}`}`,
  );
}
