import test from 'ava';
import { WarmPool } from '#kernel/cell/warm-pool.ts';
import type { Clock } from '#kernel/clock.ts';
import type { CellCommand } from '#kernel/cell/cell-process.ts';
import { systemClock } from '#kernel/system-clock.ts';
import { fixtureCommand, realCommand } from '#tests/support/cell-process.ts';
import { quiet } from '#tests/support/quiet.ts';

function pool(command: CellCommand, size = 1): WarmPool {
  return new WarmPool(
    { clock: systemClock, logger: quiet },
    { size, lanes: 1, refills: () => true, command: () => command },
  );
}

/** The system's clock, but for what is to be done later: that is done when it is told to. */
function laterClock(): { readonly clock: Clock; fire(): void } {
  const later: (() => void)[] = [];
  return {
    clock: { ...systemClock, after: (_ms, fn) => (later.push(fn), () => {}) },
    fire() {
      for (const fn of later.splice(0)) fn();
    },
  };
}

test('a warm cell is taken as it is, replaced, and never given to two tenants', async (t) => {
  const { clock, fire } = laterClock();
  const command = await realCommand(1);
  await using warm = new WarmPool(
    { clock, logger: quiet },
    { size: 1, lanes: 1, refills: () => true, command: () => command },
  );
  await warm.whenWarm();
  const first = warm.take();
  t.is(warm.idle, 0);
  await first.ready;
  fire();
  t.is(warm.idle, 1);
  const second = warm.take();
  t.not(second.pid, first.pid);
  await second.ready;
  t.true(second.alive);
  await Promise.all([first.terminate(), second.terminate()]);
});

test('without a warm one a cell is taken that has only begun to start', async (t) => {
  await using warm = pool(await realCommand(1), 0);
  t.is(warm.idle, 0);
  const cell = warm.take();
  await cell.ready;
  t.true((await cell.usedMs(0))! > 0);
  t.is(warm.idle, 0);
  await cell.terminate();
});

test('one that was taken is followed by another only where somebody may come', async (t) => {
  let refills = false;
  const { clock, fire } = laterClock();
  const command = await realCommand(1);
  await using warm = new WarmPool(
    { clock, logger: quiet },
    { size: 1, lanes: 1, refills: () => refills, command: () => command },
  );
  t.is(warm.idle, 1);
  const taken = warm.take();
  fire();
  t.is(warm.idle, 0);
  refills = true;
  warm.fill();
  t.is(warm.idle, 1);
  await taken.terminate();
});

test('a warm cell that dies is replaced', async (t) => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const logger = { ...quiet, warn: () => resolve() };
  const command = await realCommand(1);
  await using warm = new WarmPool(
    { clock: systemClock, logger },
    { size: 1, lanes: 1, refills: () => true, command: () => command },
  );
  const before = warm.pids;
  process.kill(before[0]!, 'SIGKILL');
  await promise;
  t.is(warm.idle, 1);
  t.notDeepEqual(warm.pids, before);
});

test('cells that cannot live are not started over and over, and a tenant hears why', async (t) => {
  const lost: unknown[] = [];
  const third = Promise.withResolvers<void>();
  const logger = { ...quiet, warn: () => lost.push(1) === 3 && third.resolve() };
  const command = await fixtureCommand('misbehaves', 'exits');
  await using warm = new WarmPool(
    { clock: systemClock, logger },
    { size: 1, lanes: 1, refills: () => true, command: () => command },
  );
  await third.promise;
  t.is(warm.idle, 0);
  const why = await new Promise<string>((resolve) =>
    warm.take().take({ received() {}, laneLost: (_lane, each) => resolve(each), lost: resolve }),
  );
  t.is(why, 'its process ended with status 3');
});

test('of a cell that ends by itself before it is ready the owner of the pool is told, and of no other', async (t) => {
  const told: string[] = [];
  const stillborn = (why: string): void => void told.push(why);
  const components = { clock: systemClock, logger: quiet };
  const init = { size: 0, lanes: 1, refills: () => false, stillborn };
  const command = await realCommand(1);
  await using living = new WarmPool(components, { ...init, command: () => command });
  const ended = living.take();
  await ended.terminate();
  const killed = living.take();
  await killed.ready;
  const { promise: lost, resolve } = Promise.withResolvers<string>();
  killed.take({ received() {}, laneLost: (_lane, why) => resolve(why), lost: resolve });
  process.kill(killed.pid!, 'SIGKILL');
  await lost;
  t.deepEqual(told, []);
  const exits = await fixtureCommand('misbehaves', 'exits');
  await using dying = new WarmPool(components, { ...init, command: () => exits });
  await dying.take().ready;
  t.deepEqual(told, ['its process ended with status 3']);
});

test('a warm cell that cannot be started is no matter until somebody needs one', async (t) => {
  const { clock, fire } = laterClock();
  const command = await realCommand(1);
  let full = false;
  const belongings = () => {
    if (full) throw new Error('ENOSPC: no space left on device');
    return {};
  };
  const warned: unknown[] = [];
  const logger = { ...quiet, warn: (...said: readonly unknown[]) => void warned.push(said) };
  await using warm = new WarmPool(
    { clock, logger },
    { size: 1, lanes: 1, refills: () => true, command: () => command, belongings },
  );
  const first = warm.take();
  full = true;
  fire();
  t.is(warm.idle, 0);
  t.regex(JSON.stringify(warned), /cannot be started.*ENOSPC/);
  t.throws(() => warm.take(), { message: /ENOSPC/ });
  full = false;
  fire();
  t.is(warm.idle, 0, 'after three failures none is started but for who needs one');
  const second = warm.take();
  fire();
  t.is(warm.idle, 1);
  await Promise.all([first.terminate(), second.terminate()]);
});
