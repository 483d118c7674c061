import type { Socket } from 'node:net';
import type { Clock } from '#kernel/clock.ts';

/** What a console may say in a second; one that says more waits, as it would for a slow line. */
const BYTES_A_SECOND = 1 << 20;
const SECOND_MS = 1_000;

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
