import { createHash } from 'node:crypto';
import { mkdtemp, open, realpath, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Qemu } from '../qemu/qemu.ts';
import { MachineFault } from '../errors.ts';
import { checkSize, formatOf, HEAD_BYTES } from './image-format.ts';
import { PIECE_BYTES, PieceMap } from './piece-map.ts';

const READ_BYTES = 4 << 20;
const NOTHING = Buffer.alloc(PIECE_BYTES);

export interface DiskImageInit {
  /** A machine is to boot from it by its firmware. */
  readonly needsBoot: boolean;
  readonly signal: AbortSignal;
  /** Told of the bytes that were looked at. */
  readonly onRead: (bytes: number, of: number) => void;
}

/** A disk in a file of this machine: which pieces of it there are, and what is in them. */
export class DiskImage implements AsyncDisposable {
  readonly map: PieceMap;
  /** Of all pieces and where they are: the same for the same disk, whatever file it was in. */
  readonly digest: string;
  readonly #file: FileHandle;
  readonly #folder: string;

  private constructor(map: PieceMap, digest: string, file: FileHandle, folder: string) {
    this.map = map;
    this.digest = digest;
    this.#file = file;
    this.#folder = folder;
  }

  /**
   * Looks at a file, which may be anything. What is in a qcow2 is taken out by QEMU's tool, behind all walls that stand.
   * @throws {refused} it is no disk that can be taken {failed} the tool could not read it
   */
  static async open(
    qemu: Qemu,
    path: string,
    { needsBoot, signal, onRead }: DiskImageInit,
  ): Promise<DiskImage> {
    const folder = await mkdtemp(join(tmpdir(), 'vstar-image-'));
    let file: FileHandle | undefined;
    try {
      const source = await realpath(path);
      const found = formatOf(await headOf(source), needsBoot);
      let raw = source;
      if (found.format === 'qcow2') {
        raw = join(folder, 'raw');
        await qemu.toRaw({ source, folder, to: raw, bytes: found.size, signal });
      }
      file = await open(raw);
      const { size } = await file.stat(); // of a device: 0, which is refused
      checkSize(BigInt(size));
      const { map, digest } = await lookAt(file, size, { signal, onRead });
      return new DiskImage(map, digest, file, folder);
    } catch (error) {
      await file?.close();
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** The pieces that there are, one after the other, each filled up. */
  async *pieces(): AsyncGenerator<Uint8Array> {
    for (const { offset, bytes } of this.map.runs())
      for (let at = 0; at < bytes; at += READ_BYTES) {
        const length = Math.min(READ_BYTES, bytes - at);
        const part = Buffer.alloc(Math.ceil(length / PIECE_BYTES) * PIECE_BYTES);
        const { bytesRead } = await this.#file.read(part, 0, length, offset + at);
        assertRead(bytesRead, length);
        yield part;
      }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function headOf(path: string): Promise<Uint8Array> {
  await using file = await open(path);
  const { bytesRead, buffer } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
  return buffer.subarray(0, bytesRead);
}

/** @throws {failed} there was less to read than there has to be */
function assertRead(bytes: number, due: number): void {
  if (bytes !== due) throw new MachineFault('failed', 'the file changed while it was read');
}

async function lookAt(
  file: FileHandle,
  size: number,
  { signal, onRead }: Pick<DiskImageInit, 'signal' | 'onRead'>,
): Promise<{ map: PieceMap; digest: string }> {
  const hash = createHash('sha256');
  const isThere = new Uint8Array(Math.ceil(size / PIECE_BYTES));
  const buffer = Buffer.alloc(READ_BYTES);
  for (let at = 0; at < size; at += READ_BYTES) {
    signal.throwIfAborted();
    const { bytesRead } = await file.read(buffer, 0, READ_BYTES, at);
    assertRead(bytesRead, Math.min(READ_BYTES, size - at));
    for (let piece = 0; piece < bytesRead; piece += PIECE_BYTES) {
      const bytes = buffer.subarray(piece, Math.min(piece + PIECE_BYTES, bytesRead));
      if (bytes.equals(NOTHING.subarray(0, bytes.length))) continue;
      hash.update(bytes);
      isThere[(at + piece) / PIECE_BYTES] = 1;
    }
    onRead(at + bytesRead, size);
  }
  const map = PieceMap.of(size, isThere);
  return { map, digest: hash.update(map.toText()).digest('hex') };
}
