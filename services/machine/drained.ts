import type { Duplex } from 'node:stream';

/** Resolves when a stream takes more, or nothing any more: what broke it is told to whoever reads it, or by the end of its process. */
export function drained(stream: Duplex): Promise<void> {
  return new Promise((resolve) => {
    if (!stream.writableNeedDrain || stream.destroyed) return resolve();
    const over = (): void => {
      for (const event of ['drain', 'close', 'error']) stream.off(event, over);
      resolve();
    };
    for (const event of ['drain', 'close', 'error']) stream.once(event, over);
  });
}
