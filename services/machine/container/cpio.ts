import { MachineFault } from '../errors.ts';

/** A file, folder or link of a file system. */
export interface TreeEntry {
  readonly path: string;
  /** A `link` is a symbolic one, a `name` is one more of a file that came before. */
  readonly kind: 'file' | 'folder' | 'link' | 'name';
  /** Permissions, as in stat(2). */
  readonly mode: number;
  /** Of a file what is in it, of a link where it leads to, of a name the path of its file. */
  readonly bytes: Uint8Array;
}

interface Header {
  readonly path: string;
  readonly mode: number;
  readonly bytes: Uint8Array;
  /** Which file it is, where that has several names. */
  readonly file: string | undefined;
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
 * left out. Of a file with several names the bytes come with one of them, mostly the last. Read here, because what packages there are
 * write to a disk what they read, and these are a stranger's bytes.
 * @throws {refused} it is none
 */
export function* cpioEntries(archive: Buffer): Generator<TreeEntry> {
  const contents = new Map<string, Uint8Array>();
  for (const { file, bytes } of headers(archive))
    if (file !== undefined && bytes.length > 0) contents.set(file, bytes);
  const firstNames = new Map<string, string>();
  for (const { path, mode, bytes, file } of headers(archive)) {
    const kind = KINDS[mode >> 12];
    if (kind === undefined) continue;
    const entry = { path, kind, mode: mode & 0o7777, bytes };
    if (file === undefined) {
      yield entry;
      continue;
    }
    const first = firstNames.get(file);
    if (first !== undefined) yield { ...entry, kind: 'name', bytes: Buffer.from(first) };
    else yield { ...entry, bytes: contents.get(file) ?? bytes };
    firstNames.set(file, first ?? path);
  }
}

function* headers(archive: Buffer): Generator<Header> {
  for (let at = 0; ;) {
    const header = archive.subarray(at, at + HEADER_BYTES).toString('latin1');
    if (header.length < HEADER_BYTES || !MAGIC.test(header)) throw noArchive();
    const number = (field: number): number => {
      const text = header.slice(6 + field * 8, 14 + field * 8);
      if (!/^[0-9a-f]{8}$/i.test(text)) throw noArchive();
      return Number.parseInt(text, 16);
    };
    const [inode, mode, links, size, nameBytes] = [0, 1, 4, 6, 11].map(number) as FiveNumbers;
    const device = [7, 8].map(number);
    const nameAt = at + HEADER_BYTES;
    const dataAt = aligned(nameAt + nameBytes);
    if (nameBytes < 2 || nameBytes > MAX_PATH_BYTES || dataAt + size > archive.length)
      throw noArchive();
    const path = archive.subarray(nameAt, nameAt + nameBytes - 1).toString();
    if (path === TRAILER) return;
    const hasNames = KINDS[mode >> 12] === 'file' && links > 1;
    const file = hasNames ? [...device, inode].join() : undefined;
    yield { path, mode, bytes: archive.subarray(dataAt, dataAt + size), file };
    at = aligned(dataAt + size);
  }
}

type FiveNumbers = [number, number, number, number, number];

function aligned(at: number): number {
  return (at + 3) & ~3;
}

function noArchive(): MachineFault {
  return new MachineFault('refused', 'the initramfs of the template is no archive of cpio (newc)');
}
