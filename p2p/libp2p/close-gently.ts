import { ConnectionClosedError } from '../errors.ts';
import type { Connection, Stream } from '@libp2p/interface';

const LINGER_MS = 1_000; // for what was sent to leave

/** Closes a stream and the connection that it has to itself, once what was sent has left, or soon after in any case. */
export async function closeGently(stream: Stream, connection: Connection): Promise<void> {
  const signal = AbortSignal.timeout(LINGER_MS);
  try {
    await stream.close({ signal });
    await connection.close({ signal });
  } catch {
    connection.abort(new ConnectionClosedError('ended by this side')); // the peer did not take the rest
  }
}
