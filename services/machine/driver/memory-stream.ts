import { pipeline, Readable } from 'node:stream';
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib';
import { MachineFault } from '../errors.ts';

/** Of what is compressed, or uncompressed, in one go: each takes a turn of another thread and one of this. */
const PIECE_BYTES = 1 << 20;

export function compressed(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  // Its machine stands still meanwhile: what is saved by more than this takes longer than to store it.
  const params = { [constants.ZSTD_c_compressionLevel]: 1 };
  return through(gathered(bytes), createZstdCompress({ params, chunkSize: PIECE_BYTES }));
}

export function uncompressed(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  return through(bytes, createZstdDecompress({ chunkSize: PIECE_BYTES }));
}

/** The same bytes in pieces of `PIECE_BYTES` or somewhat more, and a last one. */
async function* gathered(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let [pieces, length]: [Uint8Array[], number] = [[], 0];
  for await (const piece of bytes) {
    pieces.push(piece);
    length += piece.length;
    if (length < PIECE_BYTES) continue;
    yield Buffer.concat(pieces, length);
    [pieces, length] = [[], 0];
  }
  if (length > 0) yield Buffer.concat(pieces, length);
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
