import { MachineFault } from '../errors.ts';

/** A file, folder or link of a file system. */
export interface TreeEntry {
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link';
  /** Permissions, as in stat(2). */
  readonly mode: number;
  /** Of a file what is in it, of a link where it leads to. */
  readonly bytes: Uint8Array;
}

const HEADER_BYTES = 110;
const MAGIC = /^07070[12]/;
const TRAILER = 'TRAILER!!!';
const MAX_PATH_BYTES = 4_096;
const KINDS: Readonly<Record<number, TreeEntry['kind']>> = {
  0o04: 'folder',
  0o10: 'file',
  0o12: 'link',
};

/**
 * What is in an archive in the format `newc` (Documentation/driver-api/early-userspace/buffer-format.rst of Linux). Devices are
 * left out. Read here, because what packages there are write to a disk what they read, and these are a stranger's bytes.
 * @throws {refused} it is none
 */
export function* cpioEntries(archive: Buffer): Generator<TreeEntry> {
  for (let at = 0; ;) {
    const header = archive.subarray(at, at + HEADER_BYTES).toString('latin1');
    if (header.length < HEADER_BYTES || !MAGIC.test(header)) throw noArchive();
    const number = (field: number): number => {
      const text = header.slice(6 + field * 8, 14 + field * 8);
      if (!/^[0-9a-f]{8}$/i.test(text)) throw noArchive();
      return Number.parseInt(text, 16);
    };
    const [mode, size, nameBytes] = [number(1), number(6), number(11)];
    const nameAt = at + HEADER_BYTES;
    const dataAt = aligned(nameAt + nameBytes);
    if (nameBytes < 2 || nameBytes > MAX_PATH_BYTES || dataAt + size > archive.length)
      throw noArchive();
    const path = archive.subarray(nameAt, nameAt + nameBytes - 1).toString();
    if (path === TRAILER) return;
    const kind = KINDS[mode >> 12];
    if (kind !== undefined)
      yield { path, kind, mode: mode & 0o7777, bytes: archive.subarray(dataAt, dataAt + size) };
    at = aligned(dataAt + size);
  }
}

function aligned(at: number): number {
  return (at + 3) & ~3;
}

function noArchive(): MachineFault {
  return new MachineFault('refused', 'the initramfs of the template is no archive of cpio (newc)');
}
