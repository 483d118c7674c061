import test from 'ava';
import { LeaseKeeper } from '#p2p/registers/lease-keeper.ts';
import { quiet } from '#tests/support/quiet.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { LeaseWatch } from '#p2p/registers/lease-watch.ts';
import { OneRegister } from './support/one-register.ts';

for (const durationMs of [300, 3_000, 30_000])
  test(`a lease of ${durationMs} ms bears two renewals in vain`, async (t) => {
    const clock = new ManualClock();
    const proposer = new OneRegister(clock);
    const keeper = new LeaseKeeper(
      { proposer, clock, logger: quiet, bearsLoss: () => true },
      { node: 'n', incarnation: 1, durationMs, onLost: () => t.fail('it was lost') },
    );
    await clock.advance(1);
    t.true(keeper.deadline < Infinity);
    const first = keeper.deadline;
    proposer.reachable = false;
    await clock.advance(durationMs / 5 + durationMs / 3 + 1);
    t.is(keeper.deadline, first);
    proposer.reachable = true;
    while (clock.now() < first && keeper.deadline === first) await clock.advance(1);
    t.true(keeper.deadline > first);
    t.true(keeper.mayAct);
    await keeper[Symbol.asyncDispose]();
  });

/** A node that takes its first lease, and what it told of its deadline. */
function beginning(clock: ManualClock, proposer: Pick<OneRegister, 'change'>) {
  const told: number[] = [];
  const losses: string[] = [];
  const keeper = new LeaseKeeper(
    { proposer, clock, logger: quiet, bearsLoss: () => true },
    {
      node: 'n',
      incarnation: 1,
      onLost: () => losses.push('lost'),
      onDeadline: (deadline) => told.push(deadline),
    },
  );
  return { keeper, told, losses };
}

test('who is cut off before it hears of its lease acts no more once others may have fenced it', async (t) => {
  const clock = new ManualClock();
  const register = new OneRegister(clock);
  let asked = 0;
  const change: OneRegister['change'] = async (key, decide, timeoutMs) => {
    const isFirst = asked++ === 0;
    if (isFirst) await register.change(key, decide, timeoutMs);
    await new Promise<void>((resolve) => clock.after(timeoutMs, resolve));
    return { tag: isFirst ? 'unknown' : 'unavailable' };
  };
  const { keeper, told, losses } = beginning(clock, { change });
  await clock.advance(1);
  const watch = new LeaseWatch({ proposer: register, clock }, 'n');
  let fenced = 0;
  let acted = 0;
  for (; fenced === 0 && clock.now() < 5_000; await clock.advance(1)) {
    if (keeper.mayAct) acted = clock.now();
    if ((await watch.fence(100)).tag === 'fenced') fenced = clock.now();
  }
  t.true(acted > 2_900 && acted < fenced, `it acted at ${acted}, and was fenced at ${fenced}`);
  t.is(told.at(-1), 2_970);
  t.deepEqual(losses, []);
  await keeper[Symbol.asyncDispose]();
});

test('one that hears of its lease later goes on', async (t) => {
  const clock = new ManualClock();
  const proposer = new OneRegister(clock);
  proposer.mute = true;
  const { keeper, told } = beginning(clock, proposer);
  await clock.advance(3_500);
  t.false(keeper.mayAct);
  proposer.mute = false;
  await clock.advance(1_500);
  t.true(keeper.mayAct && keeper.deadline < Infinity);
  t.true(told.at(-1)! > 5_000);
  await keeper[Symbol.asyncDispose]();
});

test('one that surely has none acts as long as it cannot have one', async (t) => {
  const clock = new ManualClock();
  const proposer = new OneRegister(clock);
  proposer.reachable = false;
  const { keeper, told } = beginning(clock, proposer);
  for (let ms = 0; ms < 20_000; ms += 50) {
    await clock.advance(50);
    t.true(keeper.mayAct);
  }
  t.true(told.includes(Infinity), 'while it asks for one it may have it');
  await keeper[Symbol.asyncDispose]();
});
