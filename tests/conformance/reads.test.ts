import { readdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { basename, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';
import { CACHE, RealCluster, upload } from '#tests/support/real-cluster.ts';
import { good } from '#tests/support/results.ts';
import { C_RUNTIME, C_SDK } from '../../guests/catalogue.ts';
import { buildCGuest } from '#wasm-abi/build/c.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const WORLD = `package test:guest;
  world reads {
    include posiv:kernel/imports@0.1.0;
    include posiv:vstore/imports@0.1.0;
    export posiv:kernel/program@0.1.0;
  }`;
const CHUNK = 1 << 20;
const BYTES = 3 * CHUNK;
const READERS = 6;
const WITHIN_MS = 240_000; // they compute, and a machine may have much else to do
const READ_BYTES = 15 << 20; // that each of them reads

function image(): Promise<Uint8Array> {
  return buildCGuest(
    {
      sources: [
        fileURLToPath(new URL('guests/reads.c', import.meta.url)),
        ...C_RUNTIME.map((file) => join(ROOT, file)),
      ],
      includes: [join(ROOT, C_SDK)],
      wit: WORLD,
      world: 'test:guest/reads',
      flags: ['-O2'],
      output: 'core',
    },
    { cacheDir: CACHE },
  );
}

/** Has vTasks on the first node read a blob that is on its disk, all at a time, in pieces of so many bytes. */
async function read(
  t: ExecutionContext,
  cluster: RealCluster,
  piece: number,
  before: () => Promise<void> = async () => {},
): Promise<void> {
  const client = await cluster.connect();
  await upload(client, '/reads', await image());
  await upload(
    client,
    '/bytes',
    Uint8Array.from({ length: BYTES }, (_, at) => (at >> 10) + at),
  );
  await before();
  const { blob } = good(await client.files.stat('/bytes'));
  const node = cluster.nodes[0]!.id;
  const options = { ...DEFAULT_OPTIONS, node, grants: ['posiv:kernel', 'posiv:vstore'] };
  for (let made = 0; made < READERS; made += 1) {
    const cmd = [blob, `${BYTES}`, `${READ_BYTES / piece}`, `${made}`, `${piece}`];
    const vtid = good(await client.vtask.new(undefined, '/reads', cmd, options));
    good(await client.monitor.onExit(vtid));
    good(await client.monitor.onDie(vtid));
    good(await client.vtask.sched(vtid));
  }
  for (let ended = 0; ended < READERS; ended += 1) {
    const event = good(await client.ipc.receive(WITHIN_MS));
    t.deepEqual(event.tag === 'notice' && event.val.change, { tag: 'exited', val: 0 });
  }
  await client.close();
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

for (const [where, config] of [
  ['a process', {}],
  ['the node itself', { cells: { warm: 0, vtasks: 1_000, threadTenants: ['default'] } }],
] as const)
  for (const [what, piece] of [
    ['pieces', 256 << 10],
    ['whole chunks', CHUNK],
  ] as const)
    test.serial(
      `in a lane of ${where}, vTasks that take turns are each given the ${what} that they read`,
      async (t) => {
        await using cluster = await RealCluster.start(1, { lanes: 1, ...config });
        await read(t, cluster, piece);
      },
    );

test.serial(
  'a lane in a process reads chunks by itself, and those that are damaged are mended from another node',
  async (t) => {
    await using cluster = await RealCluster.start(2, { lanes: 1 });
    const folder = join(cluster.folder, cluster.nodes[0]!.name);
    let damaged: readonly string[] = [];
    await read(t, cluster, CHUNK, async () => {
      damaged = await filesIn(join(folder, 'chunks'));
      for (const path of damaged) {
        const bytes = await readFile(path);
        bytes[bytes.length >> 1]! ^= 1;
        await writeFile(path, bytes);
      }
    });
    t.true((await filesIn(join(folder, 'lent'))).length > 0);
    const quarantined = await filesIn(join(folder, 'quarantine'));
    const names = (paths: readonly string[]): string[] =>
      paths.map((path) => basename(path)).toSorted();
    t.deepEqual(names(quarantined), names(damaged)); // the image, and the three chunks, which are the same
  },
);
