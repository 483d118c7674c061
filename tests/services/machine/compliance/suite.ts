import test, { type ExecutionContext } from 'ava';
import { cacheDir } from '#cli/folders.ts';
import type { Backend, Capability, Snapshot, Spec } from '#posiv-wit/generated/machine.ts';
import { KINDS } from '#services/machine/backends/kinds.ts';
import { good } from '#tests/support/results.ts';
import { debianTemplate } from '../support/debian-template.ts';
import { DriverWorld, processesLike, type Seat } from './driver-world.ts';

/** What differs from backend to backend for who sits at a console. */
export interface Dialect {
  /** What to install where it does not work; as `not run: install …` says it. */
  readonly install: string;
  /** Words that keep a word on the disk, and that say what was kept. */
  readonly keep: (word: string) => string;
  readonly kept: string;
  /** Words that switch the machine off. */
  readonly off: string;
  /** What the arguments of its processes have in them, and of no other process of a test. */
  readonly process: RegExp;
}

const SHAPE = { memory: 64 << 20, processors: 1, disk: 64 << 20 };

/** What every backend does alike. What it is not made for its capabilities say, and then it says so itself. */
export function comply(backend: Backend, dialect: Dialect): void {
  let world: DriverWorld;
  let isUsable = false;
  let why = '';
  let template: Spec['template'];

  test.before(async () => {
    world = await DriverWorld.open(cacheDir());
    const { backends, missing } = await world.driver.report();
    isUsable = backends.includes(backend);
    why = missing.find((each) => each.startsWith(`${backend}: `)) ?? '';
    if (!isUsable) return;
    template = await debianTemplate(world.blobs);
  });
  test.after.always(() => world[Symbol.asyncDispose]());

  const can = (capability: Capability): boolean => KINDS[backend].capabilities.includes(capability);
  const specOf = (from?: Snapshot): Spec => ({
    name: 'one',
    template,
    shape: SHAPE,
    cards: [],
    bandwidth: 1 << 20,
    from,
    paused: false,
    backend,
  });
  const make = async (from?: Snapshot): Promise<Seat> => {
    const seat = world.seat();
    good(await seat.calls.create(specOf(from)));
    return seat;
  };
  /** @param needs without which there is nothing to claim */
  const claim = (
    title: string,
    work: (t: ExecutionContext) => Promise<void>,
    needs?: Capability,
  ): void => {
    if (needs !== undefined && !can(needs)) return;
    test.serial(`${backend}: ${title}`, async (t) => {
      t.timeout(400_000);
      if (isUsable) {
        await work(t);
        return world.driver.settled(); // what is killed next is no machine of this one
      }
      t.log(`not run: install ${dialect.install} (${why})`);
      t.pass();
    });
  };

  claim('it is made of a template, answers on its console, and is counted', async (t) => {
    const seat = await make();
    t.regex(await seat.says('echo sum-$((1+2))'), /^sum-3/m);
    // Processor time is counted in hundredths of a second.
    await seat.says('n=0; while [ $n -lt 100000 ]; do n=$((n+1)); done');
    const stats = good(await seat.calls.stats());
    t.like(stats, { state: 'running', backend });
    t.true(stats.cpuUs > 0);
    t.true(stats.memoryUsed > 0);
    t.deepEqual(good(await seat.calls.capabilities()), KINDS[backend].capabilities);
    seat.leave();
  });

  claim('what it cannot do it says, and goes on', async (t) => {
    const seat = await make();
    const { calls } = seat;
    const asked: readonly (readonly [Capability, () => unknown])[] = [
      ['pause', calls.pause],
      ['pause', calls.resume],
      ['suspend', calls.suspend],
    ];
    const lacking = asked.filter(([capability]) => !can(capability));
    for (const [, call] of lacking)
      t.like(await call(), { ok: false, error: { tag: 'unsupported' } });
    const other = world.seat();
    const paused = await other.calls.create({ ...specOf(), paused: true });
    if (can('pause')) t.like(paused, { ok: true, value: { state: 'paused' } });
    else t.like(paused, { ok: false, error: { tag: 'unsupported' } });
    await seat.says('true');
    seat.leave();
    other.leave();
  });

  claim('a second one for the same agent and a shape out of range are refused', async (t) => {
    const seat = await make();
    t.like(await seat.calls.create(specOf()), { ok: false, error: { tag: 'refused' } });
    const shape = { ...SHAPE, memory: 1 << 20 };
    const small = await world.seat().calls.create({ ...specOf(), shape });
    t.like(small, { ok: false, error: { tag: 'refused' } });
    await seat.says('true');
    seat.leave();
  });

  claim(
    'one that is paused says nothing until it is resumed',
    async (t) => {
      const seat = await make();
      await seat.says('true');
      good(await seat.calls.pause());
      t.like(await seat.calls.pause(), { ok: false, error: { tag: 'refused' } });
      const before = seat.said();
      good(await seat.calls.writeConsole(Buffer.from('echo sum-$((3+4))\n')));
      const { cpuUs } = good(await seat.calls.stats());
      t.like(good(await seat.calls.stats()), { state: 'paused' });
      t.is(seat.said(), before);
      t.true(cpuUs > 0);
      good(await seat.calls.resume());
      t.like(await seat.calls.resume(), { ok: false, error: { tag: 'refused' } });
      await seat.says('true');
      t.regex(seat.said().slice(before.length), /^sum-7/m);
      seat.leave();
    },
    'pause',
  );

  claim(
    'one that is suspended goes on where it was, for another agent',
    async (t) => {
      const seat = await make();
      await seat.says('KEPT=secret');
      const snapshot = good(await seat.calls.suspend());
      t.like(await seat.calls.stats(), { ok: false, error: { tag: 'no-machine' } });
      const next = await make(snapshot);
      t.regex(await next.says('echo my-$KEPT'), /^my-secret/m);
      next.leave();
    },
    'suspend',
  );

  claim(
    'where vStore takes nothing, one is not suspended and goes on',
    async (t) => {
      const seat = await make();
      await seat.says('KEPT=secret');
      world.blobs.isFull = true;
      try {
        t.like(await seat.calls.suspend(), { ok: false, error: { tag: 'store' } });
      } finally {
        world.blobs.isFull = false;
      }
      t.regex(await seat.says('echo my-$KEPT'), /^my-secret/m);
      t.is(world.blobs.open, 0);
      seat.leave();
    },
    'suspend',
  );

  claim(
    'what was written to its disk is there when it is started again',
    async (t) => {
      const seat = await make();
      await seat.says(dialect.keep('still-here'));
      const snapshot = good(await seat.calls.stop());
      t.is(snapshot.memory, undefined);
      const next = await make(snapshot);
      t.regex(await next.says(dialect.kept), /still-here/);
      next.leave();
    },
    'disk',
  );

  claim('one that switches itself off has ended well', async (t) => {
    const seat = await make();
    good(await seat.calls.writeConsole(Buffer.from(`${dialect.off}\n`)));
    t.deepEqual(await seat.ended, { tag: 'exited', val: 0 });
    t.like(await seat.calls.stats(), { ok: false, error: { tag: 'no-machine' } });
  });

  claim('one whose process is killed has failed, with how', async (t) => {
    const seat = await make();
    const mine = await processesLike(dialect.process);
    t.not(mine.length, 0);
    process.kill(mine[0]!, 'SIGKILL');
    const reason = await seat.ended;
    t.is(reason.tag, 'failed');
    t.regex(JSON.stringify(reason), /ended with (SIGKILL|status \d+)/);
    const waits = seat.until(() => false);
    await t.throwsAsync(waits, { message: /machine has ended: .*it said at last: /s });
  });

  claim('nothing is left of those whose agents have gone', async (t) => {
    const seats = await Promise.all([make(), make()]);
    t.not((await processesLike(dialect.process)).length, 0);
    for (const seat of seats) seat.leave();
    await world.driver.settled();
    t.deepEqual(await processesLike(dialect.process), []);
    t.deepEqual(await world.left(), []);
    t.like(await world.driver.report(), { machines: 0 });
  });
}
