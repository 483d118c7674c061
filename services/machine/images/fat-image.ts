// A disk with a FAT12 file system (ECMA-107, with the long names of Microsoft's fatgen103), small enough to be made in memory.
// Written here: the packages of npm that write file systems need a disk and native code, mtools and genisoimage would
// have to be on every node.

export interface FatFile {
  /** ASCII. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

const SECTOR = 512; // and a cluster is one
const SECTORS = 512;
const FAT_SECTORS = 2;
const ROOT_ENTRIES = 64;
const ENTRY_BYTES = 32;
const FIRST_FAT = 1;
const ROOT = FIRST_FAT + 2 * FAT_SECTORS;
const DATA = ROOT + (ROOT_ENTRIES * ENTRY_BYTES) / SECTOR;
const FIRST_CLUSTER = 2;
const END_OF_CHAIN = 0xfff;
const MEDIA = 0xf8;
const LONG_NAME = 0x0f;
const VOLUME_LABEL = 0x08;
const LONG_NAME_CHARS = 13;
/** Where in an entry of a long name its characters are. */
const CHAR_PLACES = [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30];
/** The 1st of January 1980, the first day that there is: the same for the same. */
const DAY = 0x21;

/** What fits in, in bytes of files that are each filled up to a sector. */
export const FAT_ROOM_BYTES = (SECTORS - DATA) * SECTOR;

/** @param label at most 11 characters, in capitals */
export function fatImage(label: string, files: readonly FatFile[]): Buffer {
  const disk = Buffer.alloc(SECTORS * SECTOR);
  writeBootSector(disk, label);
  const fat = new Uint16Array(FIRST_CLUSTER + SECTORS - DATA);
  fat.set([0xf00 | MEDIA, END_OF_CHAIN]);
  const entries = [shortEntry(label.padEnd(11), VOLUME_LABEL, 0, 0)];
  let cluster = FIRST_CLUSTER;
  for (const [at, { name, bytes }] of files.entries()) {
    const count = Math.ceil(bytes.length / SECTOR);
    if (cluster + count > fat.length) throw new RangeError(`no room for ${name}`);
    disk.set(bytes, (DATA + cluster - FIRST_CLUSTER) * SECTOR);
    for (let each = 0; each < count; each += 1)
      fat[cluster + each] = each === count - 1 ? END_OF_CHAIN : cluster + each + 1;
    const short = `FILE~${at}`.padEnd(11);
    entries.push(
      ...longEntries(name, short),
      shortEntry(short, 0, count === 0 ? 0 : cluster, bytes.length),
    );
    cluster += count;
  }
  if (entries.length > ROOT_ENTRIES) throw new RangeError('too many files');
  disk.set(Buffer.concat(entries), ROOT * SECTOR);
  for (let copy = 0; copy < 2; copy += 1)
    writeFat(disk.subarray((FIRST_FAT + copy * FAT_SECTORS) * SECTOR), fat);
  return disk;
}

function writeBootSector(disk: Buffer, label: string): void {
  disk.set([0xeb, 0x3c, 0x90]); // a jump, by which such disks are known
  disk.write('VSTAR   ', 3, 'latin1');
  disk.writeUInt16LE(SECTOR, 11);
  disk.writeUInt8(1, 13); // sectors of a cluster
  disk.writeUInt16LE(FIRST_FAT, 14); // sectors before the first table
  disk.writeUInt8(2, 16); // tables
  disk.writeUInt16LE(ROOT_ENTRIES, 17);
  disk.writeUInt16LE(SECTORS, 19);
  disk.writeUInt8(MEDIA, 21);
  disk.writeUInt16LE(FAT_SECTORS, 22);
  disk.writeUInt16LE(32, 24); // of a track, of which nobody knows
  disk.writeUInt16LE(2, 26); // heads
  disk.writeUInt8(0x80, 36); // a hard disk
  disk.writeUInt8(0x29, 38); // three fields follow
  disk.writeUInt32LE(0x76737461, 39);
  disk.write(label.padEnd(11), 43, 'latin1');
  disk.write('FAT12   ', 54, 'latin1');
  disk.writeUInt16LE(0xaa55, 510);
}

/** Two entries of 12 bits in three bytes. */
function writeFat(to: Buffer, fat: Uint16Array): void {
  for (const [at, next] of fat.entries()) {
    const place = Math.floor((at * 3) / 2);
    const held = to.readUInt16LE(place);
    to.writeUInt16LE(at % 2 === 0 ? (held & 0xf000) | next : (held & 0xf) | (next << 4), place);
  }
}

function shortEntry(name: string, attributes: number, cluster: number, bytes: number): Buffer {
  const entry = Buffer.alloc(ENTRY_BYTES);
  entry.write(name, 0, 'latin1');
  entry.writeUInt8(attributes, 11);
  for (const place of [16, 18, 24]) entry.writeUInt16LE(DAY, place);
  entry.writeUInt16LE(cluster, 26);
  entry.writeUInt32LE(bytes, 28);
  return entry;
}

/** A long name, its end first. */
function longEntries(name: string, short: string): Buffer[] {
  const checksum = [...Buffer.from(short, 'latin1')].reduce(
    (sum, byte) => (((sum & 1) << 7) + (sum >> 1) + byte) & 0xff,
    0,
  );
  const count = Math.ceil(name.length / LONG_NAME_CHARS);
  return Array.from({ length: count }, (_, index) => {
    const part = count - 1 - index;
    const entry = Buffer.alloc(ENTRY_BYTES);
    entry.writeUInt8((part + 1) | (index === 0 ? 0x40 : 0), 0);
    entry.writeUInt8(LONG_NAME, 11);
    entry.writeUInt8(checksum, 13);
    for (const [at, place] of CHAR_PLACES.entries()) {
      const char = part * LONG_NAME_CHARS + at;
      // Behind the name is a zero, and behind that there is nothing.
      const code = char < name.length ? name.charCodeAt(char) : char === name.length ? 0 : 0xffff;
      entry.writeUInt16LE(code, place);
    }
    return entry;
  });
}
