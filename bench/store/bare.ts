import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BLOCK = Buffer.alloc(1 << 20, 'x');

/** Seconds that plain files and sockets take for as many bytes. */
export interface BareFigures {
  readonly write: number;
  readonly read: number;
  readonly net: number;
}

/** Writes a file to the disk, reads it again, and sends as many bytes to another process. */
export async function bare(blocks: number): Promise<BareFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'vstar-bench-'));
  try {
    const path = join(folder, 'file');
    return {
      write: await seconds(() => write(path, blocks)),
      read: await seconds(() => read(path)),
      net: await send(blocks),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1_000;
}

async function write(path: string, blocks: number): Promise<void> {
  await using file = await open(path, 'wx');
  for (let i = 0; i < blocks; i++) await file.write(BLOCK);
  await file.sync();
}

async function read(path: string): Promise<void> {
  await using file = await open(path);
  const block = Buffer.alloc(BLOCK.length);
  while ((await file.read(block)).bytesRead > 0);
}

/** Seconds until the other process has had all bytes and said so. */
async function send(blocks: number): Promise<number> {
  const receiver = fork(fileURLToPath(import.meta.url), [String(blocks * BLOCK.length)]);
  const [port] = (await once(receiver, 'message')) as [number];
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const spent = await seconds(async () => {
    const done = once(socket, 'data');
    for (let i = 0; i < blocks; i++) {
      if (!socket.write(BLOCK)) await once(socket, 'drain');
    }
    await done;
  });
  const exited = once(receiver, 'exit');
  socket.destroy();
  receiver.disconnect();
  await exited;
  return spent;
}

/** The other process. */
function receive(bytes: number): void {
  let left = bytes;
  const server = createServer((socket) => {
    socket.on('data', (data) => {
      left -= data.length;
      if (left === 0) socket.write('.');
    });
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as { port: number }).port));
  process.once('disconnect', () => process.exit());
}

if (import.meta.main) receive(Number(process.argv[2]));
