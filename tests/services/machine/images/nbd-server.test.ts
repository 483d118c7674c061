// The server with QEMU's own client, and with clients that are up to something.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { duplexPair, type Duplex } from 'node:stream';
import { promisify } from 'node:util';
import test from 'ava';
import { ByteSource } from '#services/machine/images/byte-source.ts';
import { serveNbd, type ReadOnlyDisk } from '#services/machine/images/nbd-server.ts';
import { hasQemu } from '#tests/support/with-qemu.ts';

const run = promisify(execFile);
const MIB = 2 ** 20;

function diskOf(bytes: Uint8Array): ReadOnlyDisk {
  return { size: bytes.length, read: async (at, length) => bytes.subarray(at, at + length) };
}

test('QEMU reads the same bytes, and that it may not write', async (t) => {
  if (!hasQemu(t)) return;
  const folder = await mkdtemp(join(tmpdir(), 'vstar-test-'));
  const bytes = randomBytes(5 * MIB + 512);
  const server = createServer((socket) => void serveNbd(socket, diskOf(bytes)));
  server.listen(join(folder, 'nbd.sock'));
  await once(server, 'listening');
  t.teardown(async () => {
    server.close();
    await rm(folder, { recursive: true, force: true });
  });
  const address = `nbd+unix:///?socket=${folder}/nbd.sock`;
  const copy = join(folder, 'copy');
  await run('qemu-img', ['convert', '-f', 'raw', '-O', 'raw', address, copy]);
  t.true((await readFile(copy)).equals(bytes));
  const write = run('qemu-img', ['convert', '-n', '-f', 'raw', '-O', 'raw', copy, address]);
  t.regex((await t.throwsAsync(write)).message, /permission denied|read.?only/i);
});

/** A client that has shaken hands. */
async function client(disk: ReadOnlyDisk) {
  const [near, far] = duplexPair();
  const over = serveNbd(far, disk);
  const source = new ByteSource(near);
  await source.take(18);
  near.write(Buffer.from([0, 0, 0, 3]));
  near.write(option(1, ''));
  const info = await source.take(10);
  return { near, far, source, over, size: Number(info.readBigUInt64BE(0)) };
}

function option(number: number, data: string): Buffer {
  const head = Buffer.alloc(16);
  head.write('IHAVEOPT', 'latin1');
  head.writeUInt32BE(number, 8);
  head.writeUInt32BE(data.length, 12);
  return Buffer.concat([head, Buffer.from(data, 'latin1')]);
}

function request(command: number, offset: bigint, length: number): Buffer {
  const head = Buffer.alloc(28);
  head.writeUInt32BE(0x25609513, 0);
  head.writeUInt16BE(command, 6);
  head.write('cookie..', 8);
  head.writeBigUInt64BE(offset, 16);
  head.writeUInt32BE(length, 24);
  return head;
}

async function errorOf(near: Duplex, source: ByteSource, words: Buffer): Promise<number> {
  near.write(words);
  const reply = await source.take(16);
  return reply.readUInt32BE(4);
}

test('reads past the end, or of too much, are refused one by one', async (t) => {
  const { near, source, size } = await client(diskOf(new Uint8Array(MIB)));
  t.is(size, MIB);
  const asked: [bigint, number][] = [
    [0n, 2 * MIB + 1],
    [BigInt(MIB), 1],
    [BigInt(MIB) - 1n, 2],
    [2n ** 64n - 1n, 1],
    [2n ** 63n, 512],
  ];
  for (const [offset, length] of asked)
    t.is(await errorOf(near, source, request(0, offset, length)), 22, `${offset}`);
  t.is(await errorOf(near, source, request(9, 0n, 1)), 22);
  t.is(await errorOf(near, source, request(0, BigInt(MIB) - 4n, 4)), 0);
  t.deepEqual([...(await source.take(4))], [0, 0, 0, 0]);
});

test('who writes, or says what is no request, is cut off', async (t) => {
  for (const words of [request(1, 0n, 512), Buffer.alloc(28, 0xff), request(2, 0n, 0)]) {
    const { near, far, over } = await client(diskOf(new Uint8Array(512)));
    near.resume().write(words);
    await over;
    t.true(far.destroyed);
  }
  for (const words of [option(1, '').fill(0, 0, 1), option(7, 'x'.repeat(5_000))]) {
    const [near, far] = duplexPair();
    const over = serveNbd(far, diskOf(new Uint8Array(512)));
    near.resume().write(Buffer.concat([Buffer.from([0, 0, 0, 3]), words]));
    await over;
    t.true(far.destroyed);
  }
});

test('a read that fails is told of, and the next one is answered', async (t) => {
  let fails = true;
  const { near, source } = await client({
    size: 512,
    async read(_, length) {
      if (fails) throw new Error('nobody has it');
      return new Uint8Array(length);
    },
  });
  t.is(await errorOf(near, source, request(0, 0n, 512)), 5);
  fails = false;
  t.is(await errorOf(near, source, request(0, 0n, 512)), 0);
});

test('a client that asks on and on and reads nothing gets a few reads at once, and no more', async (t) => {
  let reads = 0;
  let most = 0;
  let open = 0;
  const { near, far, over } = await client({
    size: 2 * MIB,
    async read(_, length) {
      reads += 1;
      most = Math.max(most, (open += 1));
      await new Promise((resolve) => setImmediate(resolve));
      open -= 1;
      return new Uint8Array(length);
    },
  });
  for (let count = 0; count < 200; count += 1) near.write(request(0, 0n, 2 * MIB));
  for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  t.true(reads <= 8, `${reads}`);
  t.true(most <= 8);
  far.destroy();
  await over;
});
