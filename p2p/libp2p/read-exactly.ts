import { ConnectionClosedError } from '../errors.ts';
import type { Stream, StreamMessageEvent } from '@libp2p/interface';

/**
 * The first bytes of a stream; the others stay in it for whoever listens next.
 * @throws {connection-closed} there are fewer; and the signal's reason
 */
export async function readExactly(
  stream: Stream,
  count: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  let bytes = Buffer.alloc(0);
  const onMessage = ({ data }: StreamMessageEvent): void => {
    bytes = Buffer.concat([bytes, data.subarray()]);
    if (bytes.length < count) return;
    stream.removeEventListener('message', onMessage);
    if (bytes.length > count) stream.unshift(new Uint8Array(bytes.subarray(count)));
    resolve(new Uint8Array(bytes.subarray(0, count)));
  };
  const onEnd = (): void => reject(new ConnectionClosedError('it ended in its first bytes'));
  const onAbort = (): void => reject(signal.reason as Error);
  stream.addEventListener('message', onMessage);
  stream.addEventListener('end', onEnd);
  stream.addEventListener('close', onEnd);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await promise;
  } finally {
    stream.removeEventListener('message', onMessage);
    stream.removeEventListener('end', onEnd);
    stream.removeEventListener('close', onEnd);
    signal.removeEventListener('abort', onAbort);
  }
}
