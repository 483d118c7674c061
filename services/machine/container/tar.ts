import { MachineFault } from '../errors.ts';
import type { TreeEntry } from './cpio.ts';

const BLOCK_BYTES = 512;
const MAX_NAME_BYTES = 100;
const TYPES = { file: '0', name: '1', link: '2', folder: '5' } as const;

/**
 * An archive as tar reads it (ustar, POSIX.1-1988): one block before each entry, zeros at the end. Written here, in fewer lines
 * than the use of a package would take.
 * @throws {refused} a path or the target of a link is too long
 */
export function* tar(entries: Iterable<TreeEntry>): Generator<Uint8Array> {
  for (const entry of entries) {
    const isFile = entry.kind === 'file';
    yield header(entry, isFile ? entry.bytes.length : 0);
    if (!isFile) continue;
    yield entry.bytes;
    yield Buffer.alloc((BLOCK_BYTES - (entry.bytes.length % BLOCK_BYTES)) % BLOCK_BYTES);
  }
  yield Buffer.alloc(2 * BLOCK_BYTES);
}

function header({ path, kind, mode, bytes }: TreeEntry, size: number): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  const octal = (value: number, at: number, digits: number): void =>
    void block.write(value.toString(8).padStart(digits, '0'), at, 'latin1');
  const name = (value: Uint8Array, at: number): void => {
    if (value.length > MAX_NAME_BYTES)
      throw new MachineFault('refused', `a path of the template has over ${MAX_NAME_BYTES} bytes`);
    block.set(value, at);
  };
  name(Buffer.from(path), 0);
  octal(mode, 100, 7);
  octal(0, 108, 7); // of nobody in particular
  octal(0, 116, 7);
  octal(size, 124, 11);
  octal(0, 136, 11);
  block.write('        ', 148, 'latin1'); // blanks while it is summed
  block.write(TYPES[kind], 156, 'latin1');
  if (kind === 'link' || kind === 'name') name(bytes, 157);
  block.write('ustar\u000000', 257, 'latin1');
  let sum = 0;
  for (const byte of block) sum += byte;
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}
