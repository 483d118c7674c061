/** A file of an initramfs, by its path without a leading `/`. */
export interface CpioEntry {
  readonly path: string;
  /** Of the file; none for folders and devices. */
  readonly bytes?: Uint8Array;
  /** As in stat(2): kind and permissions. */
  readonly mode: number;
  /** Of a device, its numbers. */
  readonly device?: readonly [major: number, minor: number];
}

export const FOLDER = 0o040755;
export const PROGRAM = 0o100755;
export const FILE = 0o100644;
export const CHARACTER_DEVICE = 0o020600;

const TRAILER: CpioEntry = { path: 'TRAILER!!!', mode: 0 };

/**
 * An archive in the format `newc`, the one that Linux unpacks at its start (Documentation/driver-api/early-userspace/
 * buffer-format.rst). Written here, because what packages there are write the files of a disk, with their owners and times:
 * devices in one take root, and no two archives were the same.
 */
export function cpio(entries: readonly CpioEntry[]): Buffer {
  const parts: Buffer[] = [];
  for (const [at, entry] of [...entries, TRAILER].entries()) {
    const name = Buffer.from(`${entry.path}\0`);
    const bytes = entry.bytes ?? Buffer.alloc(0);
    const [major, minor] = entry.device ?? [0, 0];
    const links = entry === TRAILER ? 1 : (entry.mode & 0o170000) === 0o040000 ? 2 : 1;
    const numbers = [at + 1, entry.mode, 0, 0, links, 0, bytes.length, 0, 0];
    numbers.push(major, minor, name.length, 0);
    const header = `070701${numbers.map((each) => each.toString(16).padStart(8, '0')).join('')}`;
    parts.push(padded(Buffer.concat([Buffer.from(header), name])), padded(Buffer.from(bytes)));
  }
  return Buffer.concat(parts);
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}
