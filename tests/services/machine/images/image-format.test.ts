import test from 'ava';
import { formatOf } from '#services/machine/images/image-format.ts';

/** A qcow2 of version 3 with 1 GiB, as `qemu-img create` begins it. */
function qcow2(change: (head: Buffer) => void = () => {}): Uint8Array {
  const head = Buffer.alloc(512);
  head.write('QFI\xfb', 'latin1');
  head.writeUInt32BE(3, 4);
  head.writeUInt32BE(16, 20);
  head.writeBigUInt64BE(2n ** 30n, 24);
  head.writeUInt32BE(104, 100);
  change(head);
  return head;
}

function raw(signed: boolean): Uint8Array {
  const head = Buffer.alloc(512);
  if (signed) head.writeUInt16LE(0xaa55, 510);
  return head;
}

test('a file is what its bytes say', (t) => {
  t.deepEqual(formatOf(qcow2(), true), { format: 'qcow2', size: 2 ** 30 });
  t.deepEqual(
    formatOf(
      qcow2((head) => head.writeUInt32BE(2, 4)),
      true,
    ),
    { format: 'qcow2', size: 2 ** 30 },
  );
  t.deepEqual(formatOf(raw(true), true), { format: 'raw' });
  t.deepEqual(formatOf(raw(false), false), { format: 'raw' });
});

test('an image that would have other files read, or cannot be trusted to be whole, is refused', (t) => {
  const bad: [RegExp, (head: Buffer) => void][] = [
    [/based on another file/, (head) => head.writeBigUInt64BE(200n, 8)],
    [/based on another file/, (head) => head.writeUInt32BE(11, 16)],
    [/in another file/, (head) => head.writeBigUInt64BE(4n, 72)],
    [/corrupt/, (head) => head.writeBigUInt64BE(2n, 72)],
    [/not known/, (head) => head.writeBigUInt64BE(1n << 40n, 72)],
    [/encrypted/, (head) => head.writeUInt32BE(2, 32)],
    [/version 4/, (head) => head.writeUInt32BE(4, 4)],
    [/bytes: from/, (head) => head.writeBigUInt64BE(2n ** 62n, 24)],
    [/bytes: from/, (head) => head.writeBigUInt64BE(0n, 24)],
    [/no whole sectors/, (head) => head.writeBigUInt64BE(1_000n, 24)],
  ];
  for (const [message, change] of bad)
    t.throws(() => formatOf(qcow2(change), true), { code: 'refused', message });
  t.throws(() => formatOf(qcow2().subarray(0, 80), true), { message: /cut off/ });
});

test('what is something else is refused by its name', (t) => {
  const begin = (text: string, at = 0): Uint8Array => {
    const head = Buffer.alloc(512);
    head.write(text, at, 'latin1');
    return head;
  };
  for (const [head, message] of [
    [begin('\x1f\x8b'), /gzip/],
    [begin('\xfd7zXZ\0'), /xz/],
    [begin('KDMV'), /VMDK/],
    [begin('# Disk DescriptorFile'), /VMDK/],
    [begin('vhdxfile'), /VHDX/],
    [begin('\x7f\x10\xda\xbe', 64), /VDI/],
    [raw(false), /no boot sector/],
    [new Uint8Array(100), /shorter than a sector/],
  ] as const)
    t.throws(() => formatOf(head, true), { code: 'refused', message });
});
