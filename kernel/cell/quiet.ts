import type { Duplex } from 'node:stream';

/** Whatever fails about a stream ends it, which is told by its end, or by that of the process at its other one. */
export function quiet<S extends Duplex>(stream: S): S {
  stream.on('error', () => stream.destroy());
  return stream;
}
