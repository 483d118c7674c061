import test, { type ExecutionContext } from 'ava';
import { decode, encode } from 'cborg';
import { fileURLToPath } from 'node:url';
import type { PosivClient } from '#node/control/client.ts';
import type { ExitReason } from '#posiv-wit/generated/kernel.ts';
import { CACHE, RealCluster, upload } from '#tests/support/real-cluster.ts';
import { bad, good } from '#tests/support/results.ts';
import { until } from '#tests/support/until.ts';
import { buildTypescriptGuest } from '#wasm-abi/build/typescript.ts';

const PATIENCE_MS = 60_000;
const CHILD = '/images/answers';
const SUPERVISOR = '/images/supervises';

let cluster: RealCluster;

test.before(async () => {
  cluster = await RealCluster.start(1);
  const posiv = await cluster.connect();
  for (const name of ['answers', 'supervises']) {
    const entry = fileURLToPath(new URL(`guests/${name}.ts`, import.meta.url));
    const image = await buildTypescriptGuest({ entry }, { cacheDir: CACHE });
    await upload(posiv, `/images/${name}`, image);
  }
  await posiv.close();
});
test.after.always(() => cluster?.[Symbol.asyncDispose]());

/** A session whose vTasks end with the test. */
async function session(t: ExecutionContext): Promise<PosivClient> {
  const posiv = await cluster.connect();
  t.teardown(() => posiv.close());
  return posiv;
}

async function start(posiv: PosivClient, image: string, cmd: readonly string[]): Promise<string> {
  const vtid = good(await posiv.vtask.new(undefined, image, cmd, undefined));
  good(await posiv.vtask.sched(vtid));
  return vtid;
}

async function ask<T>(posiv: PosivClient, vtid: string, what: string): Promise<T> {
  return decode(good(await posiv.ipc.rpc(vtid, what, PATIENCE_MS, encode(null)))) as T;
}

type Pair = readonly [one: string, two: string];

/** The children of a supervisor, once they are as was expected. */
async function children(
  posiv: PosivClient,
  supervisor: string,
  expected: (pair: Pair) => boolean,
): Promise<Pair> {
  return until(() => ask<Pair>(posiv, supervisor, 'who'), expected);
}

const tell = async (posiv: PosivClient, vtid: string, body: string): Promise<void> => {
  good(await posiv.ipc.msg(vtid, 'go', encode(body), PATIENCE_MS));
};

/** How a vTask has ended. */
async function end(posiv: PosivClient, vtid: string): Promise<ExitReason> {
  const watches = [await posiv.monitor.onDie(vtid), await posiv.monitor.onExit(vtid)].map(good);
  const event = good(await posiv.ipc.receive(PATIENCE_MS));
  if (event.tag !== 'notice' || !watches.includes(event.val.watch)) throw new Error(event.tag);
  return good(await posiv.vtask.info(vtid)).reason!;
}

for (const [strategy, dying, changes] of [
  ['one-for-one', 0, [true, false]],
  ['one-for-one', 1, [false, true]],
  ['all-for-one', 1, [true, true]],
  ['rest-for-one', 0, [true, true]],
  ['rest-for-one', 1, [false, true]],
] as const)
  test(`${strategy}: after the end of child ${dying + 1} those are new that have to be`, async (t) => {
    const posiv = await session(t);
    const supervisor = await start(posiv, SUPERVISOR, [strategy, CHILD, CHILD]);
    const before = await children(posiv, supervisor, () => true);
    await tell(posiv, before[dying], 'exit');
    const after = await children(
      posiv,
      supervisor,
      (pair) => pair[dying] !== before[dying] && !pair.includes(''),
    );
    t.deepEqual([after[0] !== before[0], after[1] !== before[1]], [...changes]);
    for (const vtid of after) good(await posiv.ipc.rpc(vtid, 'echo', PATIENCE_MS, encode(1)));
    for (const vtid of before)
      if (!after.includes(vtid)) t.not(good(await posiv.vtask.info(vtid)).reason, undefined);
    await ask(posiv, supervisor, 'stop');
    t.deepEqual(await ask(posiv, supervisor, 'who'), ['', '']);
  });

test('a supervisor whose children end too often ends them all, and itself as failed', async (t) => {
  const posiv = await session(t);
  const supervisor = await start(posiv, SUPERVISOR, ['one-for-one', CHILD, CHILD]);
  const other = (await children(posiv, supervisor, () => true))[1];
  let one = '';
  for (let time = 0; time < 3; time += 1) {
    [one] = await children(posiv, supervisor, ([each]) => each !== one && each !== '');
    await tell(posiv, one, 'exit');
  }
  t.deepEqual(await end(posiv, supervisor), { tag: 'exited', val: 1 });
  t.not(good(await posiv.vtask.info(other)).reason, undefined);
});

test('who is not to be started again stays ended: on-failure after status 0, never after any', async (t) => {
  const posiv = await session(t);
  const never = await start(posiv, SUPERVISOR, ['one-for-one', CHILD, CHILD, 'never']);
  const [one] = await children(posiv, never, () => true);
  await tell(posiv, one, 'exit');
  t.is((await children(posiv, never, ([each]) => each !== one))[0], '');
  const onFailure = await start(posiv, SUPERVISOR, [
    'one-for-one',
    SUPERVISOR,
    CHILD,
    'on-failure',
  ]);
  const [calm, failing] = await children(posiv, onFailure, (pair) => !pair.includes(''));
  await tell(posiv, calm, 'go');
  t.is((await children(posiv, onFailure, ([each]) => each !== calm))[0], '');
  await tell(posiv, failing, 'exit');
  t.not((await children(posiv, onFailure, ([, two]) => two !== failing))[1], '');
});

test('a supervisor one of whose children cannot be started ends the others, and fails', async (t) => {
  const posiv = await session(t);
  const supervisor = await start(posiv, SUPERVISOR, ['one-for-one', CHILD, '/images/nothing']);
  const reason = await end(posiv, supervisor);
  t.is(reason.tag, 'failed');
  t.regex('val' in reason ? String(reason.val) : '', /nothing/);
});

test('who is linked ends with the other one, but not when that exits with status 0', async (t) => {
  const posiv = await session(t);
  const [calm, failing] = [
    await start(posiv, SUPERVISOR, ['links', posiv.vtid]),
    await start(posiv, CHILD, []),
  ];
  const [ofCalm, ofFailing] = [
    await start(posiv, SUPERVISOR, ['links', calm]),
    await start(posiv, SUPERVISOR, ['links', failing]),
  ];
  for (const each of [ofCalm, ofFailing]) await ask(posiv, each, 'linked'); // they are linked by now
  await tell(posiv, failing, 'exit');
  t.deepEqual(await end(posiv, ofFailing), { tag: 'exited', val: 1 });
  await tell(posiv, calm, 'go');
  t.deepEqual(await end(posiv, calm), { tag: 'exited', val: 0 });
  t.is(await ask(posiv, ofCalm, 'linked'), '');
  const nobody = await start(posiv, SUPERVISOR, ['links', calm.replace(/.$/, 'x')]);
  t.is((await end(posiv, nobody)).tag, 'failed');
});

test('who made a linked vTask ends with it, and the other way round', async (t) => {
  const posiv = await session(t);
  const parent = await start(posiv, SUPERVISOR, ['spawns', CHILD]);
  const child = await ask<string>(posiv, parent, 'linked');
  good(await posiv.vtask.kill(child));
  t.deepEqual(await end(posiv, parent), { tag: 'exited', val: 1 });
  const second = await start(posiv, SUPERVISOR, ['spawns', CHILD]);
  const other = await ask<string>(posiv, second, 'linked');
  good(await posiv.vtask.kill(second));
  t.deepEqual(await end(posiv, other), { tag: 'creator-ended' });
  t.is(bad(await posiv.ipc.rpc(other, 'echo', PATIENCE_MS, encode(1))), 'task-died');
});
