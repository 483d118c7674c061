import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import type { OutStream } from '../components.ts';

/** Carries what comes of a socket into a stream, and what comes of another one back into it, until both have ended or one fails. */
export async function carry(
  socket: Duplex,
  out: OutStream,
  back: AsyncIterable<Uint8Array>,
): Promise<void> {
  const there = async (): Promise<void> => {
    for await (const bytes of socket as AsyncIterable<Uint8Array>) await out.write(bytes);
    out.end();
  };
  const here = async (): Promise<void> => {
    for await (const bytes of back) {
      if (socket.destroyed) return;
      if (!socket.write(bytes)) await room(socket);
    }
    socket.end();
  };
  try {
    await Promise.all([there(), here()]);
  } catch (error) {
    out.fail((error as Error).message);
    socket.destroy();
    throw error;
  }
}

/** Resolves when a socket takes more, or nothing any more. */
async function room(socket: Duplex): Promise<void> {
  const left = new AbortController();
  const { signal } = left;
  try {
    await Promise.race([once(socket, 'drain', { signal }), once(socket, 'close', { signal })]);
  } finally {
    left.abort();
  }
}
