import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { NodeFiles } from '#node/node-files.ts';
import { NodeRegisters } from '#node/registers/node-registers.ts';
import { openNodeDisk } from '#services/vstore/disk/node-disk.ts';
import { seededRandom } from '#tests/p2p/support/manual-clock.ts';
import { MemoryNetwork } from '#tests/p2p/support/memory-network.ts';
import { startMemoryNode } from '#tests/p2p/support/memory-node.ts';
import { ManualClock } from '#tests/support/manual-clock.ts';
import { quiet } from '#tests/support/quiet.ts';

test('a node that has joined is not ready before it has the registers of its cluster', async (t) => {
  const clock = new ManualClock();
  const network = new MemoryNetwork(clock);
  await startMemoryNode(network, { name: 'a' });
  const { mesh } = await startMemoryNode(network, { name: 'b', from: ['a'] });
  const folder = await mkdtemp(join(tmpdir(), 'vstar-when-open-'));
  const disk = await openNodeDisk(folder, 0);
  const files = new NodeFiles(disk, folder);
  const { promise: mayRead, resolve: letRead } = Promise.withResolvers<void>();
  const readJson = files.readJson.bind(files);
  files.readJson = async <T>(name: string) => {
    await mayRead;
    return readJson<T>(name);
  };
  const components = { clock, random: seededRandom(1), logger: quiet, network: mesh, disk, files };
  const registers = await NodeRegisters.start(components);
  const signal = AbortSignal.timeout(60_000);
  let open = false;
  const opened = registers.whenOpen(signal).then(() => (open = true));
  await clock.advance(1_000);
  await mesh.whenReady(signal);
  await clock.advance(0);
  t.false(open);
  await t.throwsAsync(registers.read('names/one'), { message: /has not joined/ });
  letRead();
  await opened;
  // It is there: that no acceptor of `a` answers here is another matter.
  const read = registers.read('names/one').catch((error: Error) => error);
  await clock.advance(60_000);
  t.notRegex(((await read) as Error).message, /has not joined/);
  await registers[Symbol.asyncDispose]();
  await disk.close();
  await rm(folder, { recursive: true });
});
