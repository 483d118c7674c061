import test from 'ava';
import { encode } from 'cborg';
import { fileURLToPath } from 'node:url';
import type { PosivClient } from '#node/control/client.ts';
import type { Info } from '#posiv-wit/generated/kernel.ts';
import { CACHE, RealCluster, upload } from '#tests/support/real-cluster.ts';
import { bad, good } from '#tests/support/results.ts';
import { coreImage, type CoreText, echoImage } from '#tests/hostile/guests/core-image.ts';
import { buildTypescriptGuest } from '#wasm-abi/build/typescript.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';

test('a vTask that computes without end holds nobody up, and is killed alone', async (t) => {
  await using cluster = await RealCluster.start(1, { lanes: 1 });
  const posiv = await cluster.connect();
  for (const name of ['spins', 'answers']) {
    const entry = fileURLToPath(new URL(`guests/${name}.ts`, import.meta.url));
    const image = await buildTypescriptGuest({ entry }, { cacheDir: CACHE });
    await upload(posiv, `/images/${name}`, image);
  }
  const start = async (name: string): Promise<string> => {
    const vtid = good(await posiv.vtask.new(undefined, `/images/${name}`, [], DEFAULT_OPTIONS));
    good(await posiv.vtask.sched(vtid));
    return vtid;
  };
  const spins = await start('spins');
  const neighbours = [await start('answers'), await start('answers')];
  t.is(bad(await posiv.ipc.rpc(spins, 'spin', 200, encode(1))), 'timeout');
  for (const vtid of neighbours) good(await posiv.ipc.rpc(vtid, 'echo', 20_000, encode(1)));

  good(await posiv.vtask.kill(spins));

  const reason = async (vtid: string): Promise<Info['reason']> =>
    good(await posiv.vtask.info(vtid)).reason;
  t.deepEqual(await reason(spins), { tag: 'killed' });
  for (const vtid of neighbours) {
    t.is(await reason(vtid), undefined);
    good(await posiv.ipc.rpc(vtid, 'echo', 20_000, encode(1)));
  }
  await posiv.close();
});

const SPIN = '(loop $spin (br $spin)) (unreachable)';
const PLACE = '(i32.const 1024) (i32.const 2)';

/** Code that the host has called while it passes something, and what leads to it. */
const PASSING: readonly (readonly [
  what: string,
  text: CoreText,
  provoke?: (posiv: PosivClient, vtid: string) => unknown,
])[] = [
  [
    'the argument of a handler',
    { realloc: SPIN, onRpc: '(i32.const 0)' },
    (posiv, vtid) => posiv.ipc.rpc(vtid, 'do', 100, encode(1)),
  ],
  [
    'a message',
    {
      imports: ['registerMsg'],
      realloc: SPIN,
      onRpc: '(i32.const 0)',
      run: `(call $registerMsg ${PLACE} (i32.const 1040)) (i32.const 0)`,
    },
    (posiv, vtid) => posiv.ipc.msg(vtid, 'do', encode(1), 1_000),
  ],
  [
    'the result of an rpc',
    {
      imports: ['rpc'],
      // Its argument is a list of one string, then comes the answer.
      realloc: `(global.set $heap (i32.add (global.get $heap) (i32.const 1024)))
        (if (i32.gt_u (global.get $heap) (i32.const 6144)) (then ${SPIN})) (global.get $heap)`,
      run: `(call $rpc (i32.load (local.get $cmd)) (i32.load offset=4 (local.get $cmd)) ${PLACE}
        (i32.const 10000) ${PLACE} (i32.const 1040)) (i32.const 0)`,
    },
  ],
  [
    'what is freed',
    { fields: `(func (export "cabi_post_posiv:kernel/program@0.1.0#run") (param i32) ${SPIN})` },
  ],
];

/** A hundred milliseconds beneath a frame of JavaScript would end it. */
const BESIDE_MS = 300;

for (const [what, text, provoke] of PASSING) {
  test(`a vTask that computes without end while its host passes ${what} holds nobody up`, async (t) => {
    await using cluster = await RealCluster.start(1, { lanes: 1 });
    const posiv = await cluster.connect();
    await upload(posiv, '/images/spins', await coreImage(text));
    await upload(posiv, '/images/echo', await echoImage());
    const start = async (name: string, cmd: string[]): Promise<string> => {
      const vtid = good(await posiv.vtask.new(undefined, `/images/${name}`, cmd, DEFAULT_OPTIONS));
      good(await posiv.vtask.sched(vtid));
      return vtid;
    };
    const neighbour = await start('echo', []);
    const spins = await start('spins', [neighbour]);
    await provoke?.(posiv, spins);
    const until = performance.now() + BESIDE_MS;
    do good(await posiv.ipc.rpc(neighbour, 'do', 20_000, encode(1)));
    while (performance.now() < until);
    t.is(good(await posiv.vtask.info(spins)).reason, undefined);
    good(await posiv.vtask.kill(spins));
    t.deepEqual(good(await posiv.vtask.info(spins)).reason, { tag: 'killed' });
    good(await posiv.ipc.rpc(neighbour, 'do', 20_000, encode(1)));
    await posiv.close();
  });
}
