import { parse } from '@bytecodealliance/jco';
import test from 'ava';
import { loadProgram, type Instance, type Program } from '#wasm-abi/load.ts';
import { prepareImage } from '#wasm-abi/prepare.ts';
import { cacheDir, cGuest, ended, program, QUOTA, RUN, wasiGuest, SOURCES } from '../guests.ts';
import { FamilyHost } from '../family-host.ts';
import { GO_ON, Scripted, SUSPEND, TRAP } from '../preemptions.ts';

const PAGE = 65_536;
/** What `memory.grow` gives then, as an exit status. */
const FAILED = 0xffff_ffff;

const host = new FamilyHost();

async function leaves(output: 'core' | 'component' = 'core'): Promise<Program> {
  return program(await cGuest('leaves', output));
}

/** A core image that has this, and whose `run` does this and ends with the value of the global `$g`. */
async function image(
  more: string,
  body = '',
  {
    mode = 'epoch',
    pages = 1,
    realloc = '(i32.const 1024)',
  }: { mode?: 'epoch' | 'fuel'; pages?: number; realloc?: string } = {},
): Promise<Program> {
  const wat = `(module ${more} (global $g (mut i32) (i32.const 5)) (memory (export "memory") ${pages})
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) ${realloc})
    (func (export "${RUN}") (param i32 i32) (result i32) ${body}
      (i32.store8 (i32.const 8) (i32.const 0)) (i32.store (i32.const 12) (global.get $g)) (i32.const 8)))`;
  const { key } = await prepareImage(new Uint8Array(await parse(wat)), { cacheDir, mode });
  return loadProgram(cacheDir, key);
}

test('an instance whose memory was given another limit has its own again for the next one', async (t) => {
  const grows = await image('', '(global.set $g (memory.grow (i32.const 1)))');
  const init = { ...QUOTA, maxPages: 2 };
  const first = await grows.instantiate(host, init);
  first.limitMemory(1);
  t.is(await ended(first), FAILED);
  t.is(first.recycle?.(), 0);
  const second = grows.reuse?.(host, init);
  t.is(await ended(second), 1);
  first.limitMemory(65_536); // no longer its own to change
  t.is(await ended(second), FAILED);
});

for (const [what, output] of [
  ['a core instance', 'core'],
  ['a component', 'component'],
] as const) {
  test(`${what} that was given back is as a new one, whatever was done in it`, async (t) => {
    const guest = await leaves(output);
    const fresh = await ended(await guest.instantiate(host, QUOTA), 'sum');
    let instance: Instance | undefined = await guest.instantiate(host, QUOTA);
    for (let seed = 1; seed <= 5; seed++) {
      await ended(instance, 'write', String(Math.imul(seed, 2_654_435_761)));
      t.not(await ended(instance, 'sum'), fresh);
      t.is(instance?.recycle?.(), 0);
      instance = guest.reuse?.(host, QUOTA);
      t.is(await ended(instance, 'sum'), fresh);
    }
  });

  test(`what one vTask wrote in ${what} cannot be found by the next one`, async (t) => {
    const guest = await leaves(output);
    const first = await guest.instantiate(host, QUOTA);
    await ended(first, 'write', 'hunter2');
    t.true(((await ended(first, 'find', 'ivoufs3')) as number) > 0);
    t.is(first.recycle?.(), 0);
    t.is(await ended(guest.reuse?.(host, QUOTA), 'find', 'ivoufs3'), 0);
  });

  test(`${what} calls the host of whom it is for`, async (t) => {
    const guest = await leaves(output);
    const asked: string[] = [];
    const named = (name: string) =>
      new FamilyHost({
        async rpc() {
          await new Promise(setImmediate);
          asked.push(name);
          return { ok: true, value: new Uint8Array(0) };
        },
      });
    const first = await guest.instantiate(named('first'), QUOTA);
    await ended(first, 'ask');
    first.recycle?.();
    await ended(guest.reuse?.(named('second'), QUOTA), 'ask');
    t.deepEqual(asked, ['first', 'second']);
  });
}

test('an instance is interrupted by whoever schedules whom it is for', async (t) => {
  const guest = await image(
    '',
    '(loop $l (br_if $l (global.get $g) (global.set $g (i32.sub (global.get $g) (i32.const 1)))))',
  );
  const first = new Scripted([GO_ON]);
  const { flag } = first;
  const instance = await guest.instantiate(host, { ...QUOTA, preemption: first });
  await ended(instance);
  const { ticks } = first;
  instance.recycle?.();
  const killed = { flag, tick: () => TRAP, pause: () => Promise.resolve() };
  await t.throwsAsync(ended(guest.reuse?.(host, { ...QUOTA, preemption: killed })), {
    instanceOf: WebAssembly.RuntimeError,
  });
  t.is(first.ticks, ticks);
});

test('an instance that was suspended wherever it could be, also where it was passed something, is as a new one', async (t) => {
  const guest = await leaves();
  const preemption = new Scripted(
    Array.from({ length: 10_000 }, (_, index) => (index % 2 === 0 ? SUSPEND : GO_ON)),
  );
  const init = { ...QUOTA, preemption };
  const first = await guest.instantiate(host, init);
  await ended(first, 'write', 'hunter2');
  t.true(preemption.pauses > 0);
  t.is(first.recycle?.(), 0);
  t.is(await ended(guest.reuse?.(host, init), 'find', 'ivoufs3'), 0);
});

const SPIN = '(loop $l (br $l)) (unreachable)';

for (const [what, more, realloc] of [
  ['cabi_realloc', '', SPIN],
  ['post-return function', `(func (export "cabi_post_${RUN}") (param i32) ${SPIN})`, undefined],
] as const) {
  test(`one whose ${what} was broken off is not used again, nor one that is still in it`, async (t) => {
    const guest = await image(more, '', realloc === undefined ? {} : { realloc });
    for (const isOver of [true, false]) {
      const pauses = Array.from({ length: 10 }, () => [SUSPEND, GO_ON]).flat();
      const preemption = new Scripted([...pauses, TRAP]);
      const instance = await guest.instantiate(host, { ...QUOTA, preemption });
      const over = t.throwsAsync(ended(instance, 'an argument'), {
        instanceOf: WebAssembly.RuntimeError,
      });
      if (isOver) await over;
      else while (preemption.pauses === 0) await new Promise(setImmediate);
      t.true((instance.recycle?.() ?? 0) > 0);
      t.is(guest.reuse?.(host, { ...QUOTA, preemption }), undefined);
      await over;
      t.is(preemption.pauses, 10);
    }
  });
}

test('nothing of an instance can be used once it has been given back', async (t) => {
  const guest = await leaves();
  const first = await guest.instantiate(host, QUOTA);
  const kept = first.lift(RUN);
  t.is(first.recycle?.(), 0);
  t.throws(() => kept?.(['sum']), { code: 'instance-recycled' });
  const second = guest.reuse?.(host, QUOTA);
  t.throws(() => kept?.(['sum']), { code: 'instance-recycled' });
  t.throws(() => first.lift(RUN)?.(['sum']), { code: 'instance-recycled' });
  t.is(first.memoryBytes(), 0);
  t.is(first.recycle?.(), 0);
  t.is(typeof (await ended(second, 'sum')), 'number');
});

test('an instance is given to one at a time', async (t) => {
  const guest = await leaves();
  const first = await guest.instantiate(host, QUOTA);
  t.is(guest.reuse?.(host, QUOTA), undefined);
  first.recycle?.();
  t.not(guest.reuse?.(host, QUOTA), undefined);
  t.is(guest.reuse?.(host, QUOTA), undefined);
});

test('one that is killed where its stack is suspended is not used again', async (t) => {
  const guest = await leaves();
  const { promise, reject } = Promise.withResolvers();
  const instance = await guest.instantiate(new FamilyHost({ rpc: () => promise }), QUOTA);
  const running = ended(instance, 'ask');
  t.is(instance.recycle?.(), 18 * PAGE);
  reject(new Error('killed'));
  await t.throwsAsync(running, { message: 'killed' });
  t.is(guest.reuse?.(host, QUOTA), undefined);
});

test('one that has trapped is not used again', async (t) => {
  const guest = await leaves();
  const instance = await guest.instantiate(host, QUOTA);
  await t.throwsAsync(ended(instance, 'trap'), { instanceOf: WebAssembly.RuntimeError });
  t.is(instance.recycle?.(), 18 * PAGE);
});

test('one whose memory has grown is not used again', async (t) => {
  const guest = await leaves();
  const instance = await guest.instantiate(host, QUOTA);
  t.is(await ended(instance, 'grow'), 1);
  t.is(instance.recycle?.(), 19 * PAGE);
  t.is(guest.reuse?.(host, QUOTA), undefined);
});

test('what it held is discarded of one that is not used again, and never of one that is', async (t) => {
  const guest = await leaves();
  const grown = await guest.instantiate(host, QUOTA);
  await ended(grown, 'grow');
  grown.recycle?.();
  t.not(grown.discard(), undefined);
  const kept = await guest.instantiate(host, QUOTA);
  t.is(kept.recycle?.(), 0);
  t.is(kept.discard(), undefined);
  const killed = guest.reuse?.(host, QUOTA);
  t.not(killed?.discard(), undefined);
  t.is(killed?.recycle?.(), 0);
  t.is(guest.reuse?.(host, QUOTA), undefined);
});

test('one is used again only for the same quota of memory, flag and family', async (t) => {
  const guest = await leaves();
  (await guest.instantiate(host, QUOTA)).recycle?.();
  t.is(guest.reuse?.(host, { ...QUOTA, maxPages: QUOTA.maxPages + 1 }), undefined);
  t.is(guest.reuse?.(host, { ...QUOTA, preemption: new Scripted([GO_ON]) }), undefined);
  const stranger = { family: {}, resolve: host.resolve, write: host.write };
  t.is(guest.reuse?.(stranger, QUOTA), undefined);
  t.not(guest.reuse?.(host, QUOTA), undefined);
});

test('a host without a family has instances of its own', async (t) => {
  const guest = await leaves();
  const alone = { resolve: host.resolve, write: host.write };
  t.is((await guest.instantiate(alone, QUOTA)).recycle, undefined);
});

for (const [what, more, pages] of [
  ['changes a table', '(table 1 funcref) (func (table.set (i32.const 0) (ref.null func)))', 1],
  [
    'keeps a NaN whose bits JavaScript may change',
    '(global (mut f32) (f32.const nan:0x200001))',
    1,
  ],
  ['has more memory than is worth to be put back', '', 129],
  [
    'leaves more in its memory than is kept',
    `(func (export "_initialize") (memory.fill (i32.const 0) (i32.const 1) (i32.const ${4 * 2 ** 20 + 1})))`,
    65,
  ],
  [
    'calls the host as it starts',
    '(import "posiv:kernel/vtask@0.1.0" "exit" (func $exit (param i32))) (func $s (call $exit (i32.const 1))) (start $s)',
    1,
  ],
  [
    'calls the host as it is initialised',
    '(import "posiv:kernel/vtask@0.1.0" "exit" (func $exit (param i32))) (func (export "_initialize") (call $exit (i32.const 1)))',
    1,
  ],
] as const) {
  test(`an image that ${what} has instances that are used once`, async (t) => {
    const guest = await image(more, '', { pages });
    const exits = new FamilyHost({ exit: () => undefined });
    const instance = await guest.instantiate(exits, QUOTA);
    t.is(await ended(instance), 5);
    t.is(instance.recycle, undefined);
  });
}

test('what a start function and _initialize left is there again', async (t) => {
  const add = (by: number) => `(global.set $g (i32.add (global.get $g) (i32.const ${by})))`;
  const more = `(func $s ${add(10)}) (start $s) (func (export "_initialize") ${add(100)})`;
  const guest = await image(more, add(1_000));
  const instance = await guest.instantiate(host, QUOTA);
  t.is(await ended(instance), 1_115);
  t.is(await ended(instance), 2_115);
  t.is(instance.recycle?.(), 0);
  t.is(await ended(guest.reuse?.(host, QUOTA)), 1_115);
});

test('one with fuel is interrupted after as many instructions as a new one', async (t) => {
  const loop = (rounds: number) =>
    `(local.set 0 (i32.const ${rounds})) (loop $l (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))`;
  const start = `(func (export "_initialize") (local i32) ${loop(20)})`;
  const guest = await image(start, loop(1_000), { mode: 'fuel' });
  const counted = async (
    make: (
      init: typeof QUOTA & { preemption: Scripted },
    ) => Promise<Instance> | Instance | undefined,
  ) => {
    const preemption = new Scripted([GO_ON, SUSPEND], 500);
    const init = { ...QUOTA, preemption };
    const instance = await make(init);
    await ended(instance);
    t.is(instance?.recycle?.(), 0);
    return preemption.ticks;
  };
  const { flag } = new Scripted([GO_ON]);
  const sharing = <T extends { preemption: Scripted }>(init: T) => ({
    ...init,
    preemption: Object.assign(init.preemption, { flag }),
  });
  const fresh = await counted((init) => guest.instantiate(host, sharing(init)));
  t.true(fresh > 1);
  t.is(await counted((init) => guest.reuse?.(host, sharing(init))), fresh);
  const other = new Scripted([GO_ON], 400);
  t.is(guest.reuse?.(host, sharing({ ...QUOTA, preemption: other })), undefined);
});

test('WASI commands have instances that are used once', async (t) => {
  const withWasi = Object.assign(new FamilyHost(), { wasi: SOURCES });
  const guest = await program(await wasiGuest('hello'));
  const instance = await guest.instantiate(withWasi, QUOTA);
  t.is(instance.recycle, undefined);
  t.is(guest.reuse?.(withWasi, QUOTA), undefined);
});
