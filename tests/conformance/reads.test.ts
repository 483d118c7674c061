import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import test from 'ava';
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
const BYTES = 3 << 20;
const READERS = 6;
const ROUNDS = 60;

for (const [where, config] of [
  ['a process', {}],
  ['the node itself', { cells: { warm: 0, vtasks: 1_000, threadTenants: ['default'] } }],
] as const)
  test(`in a lane of ${where}, vTasks that take turns are each given the bytes that they read`, async (t) => {
    const image = await buildCGuest(
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
    await using cluster = await RealCluster.start(1, { lanes: 1, ...config });
    const client = await cluster.connect();
    await upload(client, '/reads', image);
    await upload(
      client,
      '/bytes',
      Uint8Array.from({ length: BYTES }, (_, at) => (at >> 10) + at),
    );
    const { blob } = good(await client.files.stat('/bytes'));
    const options = { ...DEFAULT_OPTIONS, grants: ['posiv:kernel', 'posiv:vstore'] };
    for (let made = 0; made < READERS; made += 1) {
      const cmd = [blob, `${BYTES}`, `${ROUNDS}`, `${made}`];
      const vtid = good(await client.vtask.new(undefined, '/reads', cmd, options));
      good(await client.monitor.onExit(vtid));
      good(await client.monitor.onDie(vtid));
      good(await client.vtask.sched(vtid));
    }
    for (let ended = 0; ended < READERS; ended += 1) {
      const event = good(await client.ipc.receive(60_000));
      t.deepEqual(event.tag === 'notice' && event.val.change, { tag: 'exited', val: 0 });
    }
    await client.close();
  });
