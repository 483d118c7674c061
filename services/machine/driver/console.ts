import type { Socket } from 'node:net';
import type { Clock } from '#kernel/clock.ts';
import { MachineFault } from '../errors.ts';

/** What a console may say in a second; one that says more waits, as it would for a slow line. */
const BYTES_A_SECOND = 1 << 20;
const SECOND_MS = 1_000;
/** In which a machine has read something of what was typed before, or takes no more. */
const READ_WITHIN_MS = 2_000;

/** Passes on what a machine writes to its console, no faster than anybody could look at. */
export function readConsole(
  console: Socket,
  clock: Clock,
  said: (bytes: Uint8Array) => void,
): void {
  let since = clock.now();
  let bytes = 0;
  console.on('data', (text: Buffer) => {
    said(text);
    const now = clock.now();
    if (now - since >= SECOND_MS) {
      since = now;
      bytes = 0;
    }
    bytes += text.byteLength;
    if (bytes < BYTES_A_SECOND) return;
    console.pause();
    clock.after(since + SECOND_MS - now, () => console.resume());
  });
}

/**
 * Types on a console, once what was typed before is on its way. A machine that stands still, or has stopped listening, holds up nobody.
 * @throws {refused} nothing of it was read for two seconds: what was to be typed is not
 */
export async function typeInto(console: Socket, bytes: Uint8Array, clock: Clock): Promise<void> {
  while (console.writableLength > 0 && !console.destroyed) {
    const before = console.writableLength;
    await new Promise<void>((resolve) => {
      const cancel = clock.after(READ_WITHIN_MS, () => done());
      const done = (): void => {
        cancel();
        console.off('close', done);
        resolve();
      };
      console.on('close', done);
      console.write('', done); // behind what is there: a drain is told of only where much was
    });
    if (console.writableLength >= before && !console.destroyed)
      throw new MachineFault('refused', 'its console reads nothing of what was typed before');
  }
  console.write(bytes);
}
