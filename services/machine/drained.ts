import { once } from 'node:events';
import type { Duplex } from 'node:stream';

/** Resolves when a stream takes more, or nothing any more. */
export async function drained(stream: Duplex): Promise<void> {
  if (!stream.writableNeedDrain || stream.destroyed) return;
  const over = new AbortController();
  const { signal } = over;
  try {
    await Promise.race([once(stream, 'drain', { signal }), once(stream, 'close', { signal })]);
  } finally {
    over.abort();
  }
}
