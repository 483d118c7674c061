import { pipeline, Readable } from 'node:stream';
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib';
import { MachineFault } from '../errors.ts';

export function compressed(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  // Its machine stands still meanwhile: what is saved by more than this takes longer than to store it.
  const params = { [constants.ZSTD_c_compressionLevel]: 1 };
  return through(bytes, createZstdCompress({ params }));
}

export function uncompressed(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  return through(bytes, createZstdDecompress());
}

/** The same bytes. @throws {failed} there are more */
export async function* atMost(
  bytes: AsyncIterable<Uint8Array>,
  most: number,
): AsyncGenerator<Uint8Array> {
  let sum = 0;
  for await (const each of bytes) {
    sum += each.length;
    if (sum > most)
      throw new MachineFault(
        'failed',
        `QEMU writes more than ${Math.round(most)} bytes for its memory: it changes faster than it is written`,
      );
    yield each;
  }
}

/** What fails on the way fails for who reads. */
function through(
  bytes: AsyncIterable<Uint8Array>,
  coder: ReturnType<typeof createZstdCompress>,
): AsyncIterable<Uint8Array> {
  return pipeline(Readable.from(bytes), coder, () => {});
}
