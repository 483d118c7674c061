import type { Duplex } from 'node:stream';
import type { OutStream } from '../components.ts';
import { drained } from '../drained.ts';

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
      socket.write(bytes);
      await drained(socket);
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
