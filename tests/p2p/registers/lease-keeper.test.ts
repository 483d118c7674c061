import test from 'ava';
import { LeaseKeeper } from '#p2p/registers/lease-keeper.ts';
import { quiet } from '#tests/support/quiet.ts';
import { ManualClock } from '../support/manual-clock.ts';
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
