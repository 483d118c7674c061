import { MachineFault } from '../errors.ts';
import { MAX_IMAGE_BYTES } from './piece-map.ts';

/** What is looked at of a file to know what it is. */
export const HEAD_BYTES = 512;

/** What a file with a disk in it is. */
export type ImageFormat =
  | { readonly format: 'raw' }
  | { readonly format: 'qcow2'; readonly size: number };

const SECTOR_BYTES = 512;
const QCOW2 = Buffer.from('QFI\xfb', 'latin1');
/** Of version 3, those that change nothing about where its bytes are: not closed properly, how they are compressed, small clusters. */
const HARMLESS_FEATURES = 0b11001n;
const CORRUPT = 0b10n;
const DATA_FILE = 0b100n;

/** What is known and is none that can be taken, by how it begins. */
const OTHERS: readonly (readonly [name: string, at: number, magic: string])[] = [
  ['compressed with gzip', 0, '\x1f\x8b'],
  ['compressed with xz', 0, '\xfd7zXZ\0'],
  ['compressed with zstd', 0, '\x28\xb5\x2f\xfd'],
  ['compressed with bzip2', 0, 'BZh'],
  ['a VMDK', 0, 'KDMV'],
  ['a VMDK', 0, '# Disk Descriptor'],
  ['a VHDX', 0, 'vhdxfile'],
  ['a VHD', 0, 'conectix'],
  ['a VDI', 64, '\x7f\x10\xda\xbe'],
  ['a QED', 0, 'QED\0'],
];

/**
 * Finds out what a file is, by its own bytes alone. It may be made to have a program read other files of this machine, in the
 * name of an image that is based on them, or to keep it busy: whoever reads it further is told the format, and confined.
 * @param head its first bytes
 * @param needsBoot a machine is to boot from it
 * @throws {refused} it cannot be taken, and why
 */
export function formatOf(head: Uint8Array, needsBoot: boolean): ImageFormat {
  const bytes = Buffer.from(head);
  if (bytes.subarray(0, QCOW2.length).equals(QCOW2)) return qcow2(bytes);
  for (const [name, at, magic] of OTHERS)
    if (bytes.toString('latin1', at, at + magic.length) === magic)
      refuse(`it is ${name}; make it raw or qcow2 first`);
  if (bytes.length < SECTOR_BYTES) refuse('it is shorter than a sector');
  if (needsBoot && bytes.readUInt16LE(SECTOR_BYTES - 2) !== 0xaa55)
    refuse(
      'it is no qcow2, and has no boot sector as a raw disk does; give a kernel with it, if it is one',
    );
  return { format: 'raw' };
}

/** docs/interop/qcow2.rst of QEMU. */
function qcow2(head: Buffer): ImageFormat {
  if (head.length < 104) refuse('it is cut off in the header');
  const version = head.readUInt32BE(4);
  if (version !== 2 && version !== 3) refuse(`it is a qcow of version ${version}`);
  if (head.readBigUInt64BE(8) !== 0n || head.readUInt32BE(16) !== 0)
    refuse('it is based on another file (qemu-img rebase -b "" makes it one of its own)');
  if (head.readUInt32BE(32) !== 0) refuse('it is encrypted');
  const size = head.readBigUInt64BE(24);
  checkSize(size);
  const features = version === 3 ? head.readBigUInt64BE(72) : 0n;
  if (features & DATA_FILE) refuse('its bytes are in another file');
  if (features & CORRUPT) refuse('it is marked as corrupt');
  if (features & ~HARMLESS_FEATURES) refuse('it has features that are not known');
  return { format: 'qcow2', size: Number(size) };
}

/** @throws {refused} */
export function checkSize(size: bigint): void {
  if (size < BigInt(SECTOR_BYTES) || size > BigInt(MAX_IMAGE_BYTES))
    refuse(`it is a disk of ${size} bytes: from ${SECTOR_BYTES} to ${MAX_IMAGE_BYTES}`);
  if (size % BigInt(SECTOR_BYTES) !== 0n) refuse(`its ${size} bytes are no whole sectors`);
}

function refuse(why: string): never {
  throw new MachineFault('refused', `the image cannot be taken: ${why}`);
}
