import test from 'ava';
import { LeaseKeeper } from '#p2p/registers/lease-keeper.ts';
import type { Decide, Outcome } from '#p2p/registers/outcome.ts';
import { quiet } from '#tests/support/quiet.ts';
import { ManualClock } from '../support/manual-clock.ts';

/** One register, whose acceptors a test can take away. */
class Acceptors {
  reachable = true;
  readonly #clock: ManualClock;
  #version = 0;
  #value: Uint8Array | undefined;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  async change(_key: string, decide: Decide, timeoutMs: number): Promise<Outcome> {
    if (!this.reachable) {
      await new Promise<void>((resolve) => this.#clock.after(timeoutMs, resolve));
      return { tag: 'unavailable' };
    }
    const wish = decide({ version: this.#version, value: this.#value });
    if (wish !== undefined) {
      this.#version += 1;
      this.#value = wish.value;
    }
    const register = { version: this.#version, value: this.#value };
    return { tag: 'ok', register, written: wish !== undefined };
  }
}

for (const durationMs of [300, 3_000, 30_000])
  test(`a lease of ${durationMs} ms bears two renewals in vain`, async (t) => {
    const clock = new ManualClock();
    const proposer = new Acceptors(clock);
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
