import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { findLayers, type Layers } from '#kernel/cell/layers.ts';
import { STEP_BYTES } from '#wasm-abi/bind/discard.ts';
import { cellReads, realCommand, startCell } from '#tests/support/cell-process.ts';

const MEMORY = 1 << 30;

async function layersOf(path: string): Promise<Layers> {
  return findLayers({ reads: await cellReads(), memoryLimit: MEMORY, path });
}

function states({ all }: Layers): Record<string, boolean | string> {
  return Object.fromEntries(all.map(({ name, on, why }) => [name, on || why!]));
}

test('without any tool the permission model is left, and each layer says what is missing', async (t) => {
  const layers = await layersOf('/nowhere');
  const { weights, ...walls } = states(layers);
  t.true(
    weights === true ||
      String(weights).startsWith('no tenant can be given back more than it has: E'),
  );
  t.deepEqual(walls, {
    permission: true,
    bubblewrap: 'bwrap is not installed',
    privileges: 'setpriv is not installed',
    limits: 'prlimit is not installed',
  });
  t.deepEqual(layers.wrap(['node', 'x']), ['node', 'x']);
});

test('where tenants have their weights by cgroups, niceness is no matter', async (t) => {
  const init = { reads: await cellReads(), memoryLimit: MEMORY, path: '/nowhere', weighed: true };
  const { all } = await findLayers(init);
  const { on, stops } = all.find(({ name }) => name === 'weights')!;
  t.true(on);
  t.regex(stops, /by cgroup$/);
});

test('a tool that is there and does not work is no layer, and says why', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'vstar-test-'));
  await writeFile(
    join(folder, 'bwrap'),
    '#!/bin/sh\necho "bwrap: no namespaces here" >&2\nexit 1\n',
  );
  await writeFile(join(folder, 'setpriv'), '#!/bin/sh\nexit 0\n');
  for (const tool of ['bwrap', 'setpriv']) await chmod(join(folder, tool), 0o700);
  const layers = await layersOf(folder);
  await rm(folder, { recursive: true });
  t.is(states(layers)['bubblewrap'], 'bwrap: no namespaces here');
  t.is(states(layers)['privileges'], 'what it was to execute was not confined');
});

test('a cell runs inside every layer that this machine has, and each shows', async (t) => {
  const layers = await layersOf(process.env['PATH'] ?? '');
  const { cell } = startCell(await realCommand(1, (words) => layers.wrap(words)));
  await cell.ready;
  t.true(cell.alive);
  t.true((await cell.usedMs(0))! > 0);
  const on = states(layers);
  const proc = (file: string): Promise<string> => readFile(`/proc/${cell.pid}/${file}`, 'latin1');
  if (on['privileges'] === true) t.regex(await proc('status'), /^NoNewPrivs:\s+1$/m);
  if (on['limits'] === true) {
    const limits = await proc('limits');
    const most = on['bubblewrap'] === true ? STEP_BYTES : 0;
    t.regex(limits, new RegExp(`^Max file size\\s+${most}\\s`, 'm'));
    t.regex(limits, /^Max core file size\s+0\s/m);
  }
  if (on['bubblewrap'] === true) {
    const [child] = (await proc(`task/${cell.pid}/children`)).trim().split(' ');
    const own = await readFile('/proc/self/net/dev', 'latin1');
    t.not(await readFile(`/proc/${child}/net/dev`, 'latin1'), own);
  }
  await cell.terminate();
});
