// What becomes of machines when a real node, or a hypervisor under its agent, is killed at a step of what is done to them. `npm run
// sweep:kills` strikes at every step. The tests follow one another.
import test from 'ava';
import { hasQemu } from '#tests/support/with-qemu.ts';
import { KillWorld } from './kill-world.ts';
import { hypervisorsBelow } from './processes.ts';
import { BATCH, makeOne, OTHERS, placesOf, prepare, strike } from './strike.ts';

const WITHIN_MS = 400_000;

let world: KillWorld | undefined;

test.before('three nodes with machines start', async (t) => {
  t.timeout(WITHIN_MS);
  if (!hasQemu(t)) return;
  world = await KillWorld.open();
  await prepare(world);
});

test.after.always('they end', async () => {
  await world?.[Symbol.asyncDispose]();
});

for (const [way, whose, step, soon] of [
  ['create', 'machine', 'driver started 1', true],
  ['create', 'master', 'master vtask new 1', true],
  ['suspend', 'machine', 'driver memory kept 1', false],
  ['resume', 'both', 'driver filled 1', true],
  ['migrate', 'taker', 'driver said that it goes on 1', false],
  ['migrate', 'machine', 'driver given 1', true],
] as const)
  test.serial(`of ${way} the node of ${whose} is killed at: ${step}`, async (t) => {
    if (!hasQemu(t)) return;
    t.timeout(WITHIN_MS);
    const { isStruck } = await strike(world!, { way, whose, step, soon });
    t.true(isStruck);
  });

for (const [whose, step, soon] of [
  ['master', 'master files bind 1', true],
  ['both', 'master vtask kill 2', false],
  ['both', 'master files delete 1', true],
] as const)
  test.serial(
    `those of one removal are all gone when the node of ${whose} is killed at: ${step}`,
    async (t) => {
      if (!hasQemu(t)) return;
      t.timeout(WITHIN_MS);
      const { left } = await strike(world!, { way: 'remove', whose, step, soon });
      t.is(left, 0);
    },
  );

for (const [whose, soon] of [
  ['master', false],
  ['both', true],
] as const)
  test.serial(
    `those of one removal all go on when the node of ${whose} is killed before anything is written of it`,
    async (t) => {
      if (!hasQemu(t)) return;
      t.timeout(WITHIN_MS);
      const step = 'master begins to write 1';
      const { isStruck, left } = await strike(world!, { way: 'remove', whose, step, soon });
      t.true(isStruck);
      t.is(left, BATCH.length);
    },
  );

for (const state of ['running', 'paused'] as const)
  test.serial(`a machine that is ${state} is made again when its QEMU is killed`, async (t) => {
    if (!hasQemu(t)) return;
    t.timeout(WITHIN_MS);
    const { asked, here } = await placesOf(world!, 'machine');
    const { id, process: node } = world!.cluster.nodes[here]!;
    await makeOne(world!, asked, 'q', id);
    if (state === 'paused') await world!.act(asked, 'q', 'pause');
    const { vtid } = await world!.find(asked, 'q');
    for (const pid of hypervisorsBelow(node.pid!)) process.kill(pid, 'SIGKILL');
    await againAs(state, asked, vtid);
    if (state === 'paused') await world!.act(asked, 'q', 'resume');
    t.is(await world!.say(asked, 'q', 'r'), 'K');
    await removed(asked);
  });

test.serial('one whose QEMU is killed before its memory is kept is made again', async (t) => {
  if (!hasQemu(t)) return;
  t.timeout(WITHIN_MS);
  const asked = await armHypervisors('driver halted 1');
  const { vtid } = await world!.find(asked, 'q');
  await t.throwsAsync(world!.act(asked, 'q', 'suspend'), { code: 'machine-refused' });
  await againAs('running', asked, vtid);
  t.is(await world!.say(asked, 'q', 'r'), 'K');
  await removed(asked);
});

test.serial('one whose QEMU is killed when its memory was kept is suspended', async (t) => {
  if (!hasQemu(t)) return;
  t.timeout(WITHIN_MS);
  const asked = await armHypervisors('driver memory kept 1');
  await world!.act(asked, 'q', 'suspend');
  t.like(await world!.find(asked, 'q'), { state: 'suspended', vtid: null });
  await world!.act(asked, 'q', 'resume');
  t.is(await world!.say(asked, 'q', 'r'), 'X');
  await removed(asked);
});

/** Makes a machine `q` on a node whose hypervisors are killed at a step. @returns a node to ask */
async function armHypervisors(step: string): Promise<number> {
  const { asked, here } = await placesOf(world!, 'machine');
  await makeOne(world!, asked, 'q', world!.cluster.nodes[here]!.id);
  if (!(await world!.arm(here, { step, what: 'hypervisors' }))) throw new Error('a node has ended');
  return asked;
}

/** Resolves once the machine `q` has another agent, and the others run. */
async function againAs(state: string, asked: number, before: string | null): Promise<void> {
  await world!.settled(asked, ({ name, vtid, state: now }) => {
    return vtid !== null && vtid !== before && now === (name === 'q' ? state : 'running');
  });
}

async function removed(asked: number): Promise<void> {
  await world!.remove(asked, 'q');
  await world!.holdsOnly(asked, OTHERS);
}
