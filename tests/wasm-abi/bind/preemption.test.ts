import { parse } from '@bytecodealliance/jco';
import test from 'ava';
import { type HostBinding, loadProgram, type Preemption, type Program } from '#wasm-abi/load.ts';
import { prepareImage } from '#wasm-abi/prepare.ts';
import { kindOf } from '#wasm-abi/trap.ts';
import {
  cacheDir,
  cGuest,
  hostOf,
  program,
  QUOTA,
  RUN,
  run,
  SOURCES,
  tsGuest,
  wasiGuest,
} from '../guests.ts';
import { GO_ON, Scripted, SUSPEND, TRAP, Turns } from '../preemptions.ts';

const INSTANCES = 200;
const ROUNDS = 2_000_000;

/** What tests/fixtures/guests/spin.c computes. */
function spun(rounds: number): number {
  let x = 2_463_534_242;
  for (let left = rounds; left > 0; left--) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
  }
  return x >>> 0;
}

for (const output of ['component', 'core'] as const) {
  test(`${INSTANCES} instances of a ${output} that only compute take turns in one thread, and only the killed end early`, async (t) => {
    await using turns = await Turns.start();
    const spin = await program(await cGuest('spin', output));
    const killed = new Set([3, 77, 150]);
    const begun = new Set<number>();
    const instances = await Promise.all(
      Array.from({ length: INSTANCES }, (_, index) => {
        const isKilled = () => killed.has(index) && begun.size === INSTANCES;
        return spin.instantiate(hostOf(), { ...QUOTA, preemption: turns.of(isKilled) });
      }),
    );
    const ends = await Promise.allSettled(
      instances.map((instance, index) => {
        begun.add(index);
        return run(instance, [String(killed.has(index) ? 4_000_000_000 : ROUNDS + index)]);
      }),
    );
    for (const [index, end] of ends.entries()) {
      if (killed.has(index)) t.is(end.status, 'rejected');
      else
        t.deepEqual(end, { status: 'fulfilled', value: { ok: true, value: spun(ROUNDS + index) } });
    }
    t.true(turns.pauses >= INSTANCES, `${turns.pauses} pauses`);
  });
}

/** A core image whose `run` is this, with what else it needs. */
async function image(runBody: string, more = ''): Promise<Uint8Array> {
  return parse(`(module ${more}
    (memory (export "memory") 32)
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
    (func $run (export "posiv:kernel/program@0.1.0#run") (param i32 i32) (result i32)
      ${runBody}
      (i32.store8 (i32.const 8) (i32.const 0)) (i32.store (i32.const 12) (i32.const 5)) (i32.const 8)))`);
}

async function prepared(bytes: Uint8Array, mode: 'epoch' | 'fuel'): Promise<Program> {
  const { key } = await prepareImage(bytes, { cacheDir, mode });
  return loadProgram(cacheDir, key);
}

const ENDLESS: readonly (readonly [what: string, run: string, more?: string])[] = [
  ['a loop', '(loop $l (br $l))'],
  ['a loop with a branch table', '(loop $l (br_table $l $l (i32.const 1)))'],
  ['a recursion in tail position', '(call $f)', '(func $f (return_call $f))'],
  [
    'two functions that call each other',
    '(call $f)',
    '(func $f (return_call $g)) (func $g (return_call $f))',
  ],
  [
    'a call through a table',
    '(call_indirect (type $t) (i32.const 0))',
    '(type $t (func)) (table funcref (elem $f)) (func $f (return_call_indirect (type $t) (i32.const 0)))',
  ],
  [
    'a call of a reference',
    '(call $f)',
    '(type $t (func)) (elem declare func $f) (func $f (return_call_ref $t (ref.func $f)))',
  ],
  [
    'a loop that catches everything',
    '(loop $again (block $caught (try_table (catch_all $caught) (loop $l (br $l)))) (br $again))',
  ],
  [
    'a loop that catches everything the old way',
    'loop $again try loop $l br $l end catch_all end br $again end',
  ],
  [
    'a loop that throws',
    '(loop $again (block $caught (try_table (catch_all $caught) (throw $e))) (br $again))',
    '(tag $e)',
  ],
  [
    'filling memory',
    '(loop $l (memory.fill (i32.const 0) (i32.const 1) (i32.const 2000000)) (br $l))',
  ],
  ['calls as a tree, without loops', '(call $f20)', tree(20)],
];

/** Functions that each call the one below four times: 4 to the power of `depth` calls. */
function tree(depth: number): string {
  const call = (index: number): string => `(call $f${index})`.repeat(4);
  return Array.from(
    { length: depth },
    (_, index) => `(func $f${index + 1} ${index === 0 ? '(nop)' : call(index)})`,
  ).join(' ');
}

for (const [what, body, more] of ENDLESS) {
  for (const mode of ['epoch', 'fuel'] as const) {
    test(`${what} is suspended again and again and at last killed where it is suspended (${mode})`, async (t) => {
      const endless = await prepared(await image(body, more), mode);
      const preemption = new Scripted([SUSPEND, GO_ON, SUSPEND, GO_ON, SUSPEND, TRAP], 1_000);
      const instance = await endless.instantiate(hostOf(), { ...QUOTA, preemption });
      const error = await t.throwsAsync(run(instance, []), {
        instanceOf: WebAssembly.RuntimeError,
      });
      t.is(error?.message, 'unreachable');
      t.is(preemption.pauses, 3);
    });
  }
}

test('a guest that catches everything cannot catch its end', async (t) => {
  const deaf = await image('(block $caught (try_table (catch_all $caught) (loop $l (br $l))))');
  const preemption = new Scripted([SUSPEND, TRAP]);
  const instance = await (
    await prepared(deaf, 'epoch')
  ).instantiate(hostOf(), { ...QUOTA, preemption });
  await t.throwsAsync(run(instance, []), { instanceOf: WebAssembly.RuntimeError });
});

test('an endless recursion that catches everything leaves the thread alive and can be killed', async (t) => {
  const deep = await image(
    '(loop $again (block $caught (try_table (catch_all $caught) (drop (call $f (i32.const 0))))) (br $again))',
    '(func $f (param i32) (result i32) (i32.add (call $f (i32.add (local.get 0) (i32.const 1))) (i32.const 1)))',
  );
  let ticks = 0;
  const preemption: Preemption = Object.assign(new Scripted([]), {
    tick: () => (++ticks > 200_000 ? TRAP : GO_ON),
  });
  const instance = await (
    await prepared(deep, 'epoch')
  ).instantiate(hostOf(), { ...QUOTA, preemption });
  const error = await t.throwsAsync(run(instance, []), { any: true });
  t.regex(kindOf(error), /^(trap|stack-overflow)$/);
  const other = await (await program(await cGuest('spin', 'core'))).instantiate(hostOf(), QUOTA);
  t.deepEqual(await run(other, ['10']), { ok: true, value: spun(10) });
});

const SPIN = '(loop $l (br $l)) (unreachable)';

/** Gives room for the parameters, which are a list of a string, and then never again. */
const GIVES_ONCE = `(global.set $calls (i32.add (global.get $calls) (i32.const 1)))
  (if (i32.gt_u (global.get $calls) (i32.const 2)) (then ${SPIN}))
  (i32.shl (global.get $calls) (i32.const 10))`;

interface Passing {
  /** What `cabi_realloc` does, and `run`. */
  readonly realloc?: string;
  readonly run?: string;
  readonly more?: string;
  /** Whether the host's answer comes later. */
  readonly late?: boolean;
}

/** Code of a guest that the host has called while it passes something. */
const PASSING: readonly (readonly [what: string, guest: Passing])[] = [
  ['cabi_realloc for a parameter', { realloc: SPIN }],
  ['cabi_realloc for a result', { realloc: GIVES_ONCE, run: '(call $self (i32.const 16))' }],
  [
    'cabi_realloc for a result that comes later',
    { realloc: GIVES_ONCE, run: '(call $self (i32.const 16))', late: true },
  ],
  ['a post-return function', { more: `(func (export "cabi_post_${RUN}") (param i32) ${SPIN})` }],
];

for (const [what, { realloc = '(i32.const 1024)', run: body = '', more = '', late }] of PASSING) {
  for (const mode of ['epoch', 'fuel'] as const) {
    test(`${what} is suspended and killed as any other code (${mode})`, async (t) => {
      const bytes = await parse(`(module
        (import "posiv:kernel/vtask@0.1.0" "self" (func $self (param i32)))
        (memory (export "memory") 1) (global $calls (mut i32) (i32.const 0))
        (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) ${realloc})
        (func (export "${RUN}") (param i32 i32) (result i32) ${body} (i32.const 8)) ${more})`);
      const answers = Array.from({ length: 10 }, () => [SUSPEND, GO_ON]);
      const preemption = new Scripted([...answers.flat(), SUSPEND, TRAP], 1_000);
      const host: HostBinding = {
        resolve: () => ({
          call: () => (late ? new Promise((resolve) => setImmediate(resolve, 'me')) : 'me'),
          suspends: late ?? false,
        }),
        write: () => undefined,
      };
      const instance = await (
        await prepared(bytes, mode)
      ).instantiate(host, { ...QUOTA, preemption });
      const error = await t.throwsAsync(run(instance, ['an argument']), {
        instanceOf: WebAssembly.RuntimeError,
      });
      t.is(error?.message, 'unreachable');
      t.is(preemption.pauses, 11);
    });
  }
}

test('a start function is suspended and killed as any other', async (t) => {
  const bytes = await image('', '(func $s (loop $l (br $l))) (start $s)');
  const preemption = new Scripted([SUSPEND, GO_ON, SUSPEND, TRAP]);
  const start = await prepared(bytes, 'epoch');
  await t.throwsAsync(start.instantiate(hostOf(), { ...QUOTA, preemption }), {
    instanceOf: WebAssembly.RuntimeError,
  });
  t.is(preemption.pauses, 2);
});

test('a start function has run before anything else of its module', async (t) => {
  const bytes = await image(
    '(if (i32.ne (global.get $g) (i32.const 3)) (then unreachable))',
    '(global $g (mut i32) (i32.const 0)) (func $s (global.set $g (i32.const 3))) (start $s)',
  );
  const instance = await (await prepared(bytes, 'epoch')).instantiate(hostOf(), QUOTA);
  t.deepEqual(await run(instance, []), { ok: true, value: 5 });
});

test('a component suspends where it is within another core and calls back', async (t) => {
  const bytes = await parse(`(component
    (core module $a (memory (export "memory") 1) (func (export "work") (param i32) (result i32)
      (loop $l (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))) (i32.const 9))
      (func $nothing) (func $s (call $nothing)) (start $s))
    (core instance $ia (instantiate $a))
    (core module $b (import "a" "work" (func $work (param i32) (result i32)))
      (func $s (drop (call $work (i32.const 21)))) (start $s))
    (core instance (instantiate $b (with "a" (instance $ia)))))`);
  const preemption = new Scripted([SUSPEND]);
  await (await prepared(bytes, 'epoch')).instantiate(hostOf(), { ...QUOTA, preemption });
  // The starts of the first core and the second one, which call; and every fourth of the rounds within the first core.
  t.is(preemption.pauses, 1 + 1 + 5);
});

test('a command is suspended, writes what it should, and can be killed', async (t) => {
  const command = await program(await wasiGuest('spin-command'));
  let text = '';
  const host = {
    resolve: () => undefined,
    write: (_: string, bytes: Uint8Array) => void (text += Buffer.from(bytes).toString()),
    wasi: SOURCES,
  };
  const suspends = new Scripted([SUSPEND, SUSPEND, SUSPEND, SUSPEND, GO_ON]);
  const few = await command.instantiate(host, {
    ...QUOTA,
    args: ['x', '1000'],
    preemption: suspends,
  });
  t.is(await few.start?.(), 0);
  t.is(suspends.pauses, 2);
  let x = 1;
  for (let left = 1_000; left > 0; left--) x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0;
  t.is(text, `${x}\n`);
  const kills = new Scripted([SUSPEND, TRAP]);
  const endless = await command.instantiate(host, {
    ...QUOTA,
    args: ['x', '-1'],
    preemption: kills,
  });
  await t.throwsAsync(async () => endless.start?.(), { instanceOf: WebAssembly.RuntimeError });
});

test('an interpreter is suspended at each of a thousand checks and computes the same', async (t) => {
  const values = await program(await tsGuest('values'));
  const answers = Array.from({ length: 1_000 }, (_, index) => (index % 2 === 0 ? SUSPEND : GO_ON));
  const preemption = new Scripted([...answers, GO_ON]);
  const rpc = (...params: unknown[]) => ({ ok: true, value: params[3] });
  const instance = await values.instantiate(hostOf({ rpc }), { ...QUOTA, preemption });
  t.deepEqual(await run(instance, ['xyz']), { ok: true, value: 3 });
  t.true(preemption.pauses > 100, `${preemption.pauses} pauses`);
});

test('fuel is used up after the same work each time, and lasts as long as it is', async (t) => {
  const spin = await prepared(await cGuest('spin', 'core'), 'fuel');
  const ticksWith = async (slice: number): Promise<number> => {
    const preemption = new Scripted([GO_ON], slice);
    const instance = await spin.instantiate(hostOf(), { ...QUOTA, preemption });
    t.deepEqual(await run(instance, ['100000']), { ok: true, value: spun(100_000) });
    return preemption.ticks;
  };
  const [first, second, half] = [
    await ticksWith(10_000),
    await ticksWith(10_000),
    await ticksWith(5_000),
  ];
  t.true(first > 10, `${first} ticks`);
  t.is(second, first);
  t.true(Math.abs(half - 2 * first) <= 2, `${half} ticks with half of it, ${first} with all`);
});
