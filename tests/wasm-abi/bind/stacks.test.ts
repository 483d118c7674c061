import { parse } from '@bytecodealliance/jco';
import test from 'ava';
import { collectGarbage } from '#tests/support/collect-garbage.ts';
import { suspending } from '#wasm-abi/bind/jspi.ts';
import { guestMemory } from '#posiv-wit/abi/guest-memory.ts';
import { type Occupant, onStack } from '#wasm-abi/bind/stacks.ts';
import type { CoreAbi, CoreFunction, CoreType } from '#posiv-wit/function-descriptor.ts';

/** What the functions below do in JavaScript. */
class Host {
  readonly waiting: (() => void)[] = [];
  readonly seen: number[] = [];
  readonly imports = {
    host: {
      wait: suspending(() => new Promise<void>((resolve) => this.waiting.push(resolve))),
      see: (value: number) => void this.seen.push(value),
    },
  };
}

async function functions(host: Host): Promise<Record<string, CoreFunction>> {
  const bytes = await parse(`(module
    (import "host" "wait" (func $wait))
    (import "host" "see" (func $see (param i32)))
    (func (export "difference") (param i32 i32) (result i32) (i32.sub (local.get 0) (local.get 1)))
    (func (export "waits") (param i32 i32) (result i32)
      (call $wait) (call $see (local.get 0)) (call $wait) (local.get 1))
    (func (export "sees") (param i32) (call $see (local.get 0)))
    (func (export "traps") (param i32 i32) (result i32) (call $see (local.get 0)) unreachable)
    (func $deeper (export "deep") (param i32 i32) (result i32)
      (i32.add (i32.const 1) (call $deeper (local.get 0) (local.get 1))))
    (func (export "half") (param f64 f32) (result f64)
      (f64.sub (f64.div (local.get 0) (f64.const 2)) (f64.promote_f32 (local.get 1))))
    (func (export "wide") (param i64) (result i64) (i64.add (local.get 0) (i64.const 1))))`);
  const module = new WebAssembly.Module(bytes as BufferSource);
  return new WebAssembly.Instance(module, host.imports).exports as Record<string, CoreFunction>;
}

/** Notes when code of its runs. */
class Notes implements Occupant {
  readonly taken: string[] = [];

  entered(): void {
    this.taken.push('entered');
  }

  left(): void {
    this.taken.push('left');
  }
}

/** Which functions a call has called, until there were more. */
const NOTED_BY_THE_ENGINE = 4;

const NOBODY: Occupant = { entered() {}, left() {} };

interface How {
  readonly occupant?: Occupant;
  readonly params?: readonly CoreType[];
  readonly result?: CoreType | undefined;
}

const DIFFERENCE = { params: ['i32', 'i32'], result: 'i32' } as const;

/** The function on a stack, called with what it is to be given. */
function called(
  core: CoreFunction | undefined,
  how: How = {},
): (flats: readonly (number | bigint)[]) => Promise<unknown> {
  const { occupant, params, result } = { ...DIFFERENCE, occupant: NOBODY, ...how };
  const host = {
    memory: guestMemory({} as CoreAbi),
    ask: () => undefined,
    pass: (_: number, flats: readonly unknown[]) => [...flats] as number[],
    take: (flat: unknown) => flat,
  };
  const callee = { core: core!, realloc: undefined, post: undefined, host, occupant };
  return onStack(callee, { params, result });
}

const SEES: How = { params: ['i32'], result: undefined };

test('what a function gives it gives on a stack too, also negative and none', async (t) => {
  const host = new Host();
  const { difference, sees } = await functions(host);
  const differs = called(difference);
  for (const [one, other] of [
    [5, 3],
    [3, 5],
    [0x7fff_ffff, -1],
    [0xffff_fff0, 0],
  ] as const)
    t.is(await differs([one, other]), (one - other) | 0);
  t.is(await called(sees, SEES)([7]), undefined);
  t.deepEqual(host.seen, [7]);
});

test('a function that takes or gives what is no i32 runs all the same', async (t) => {
  const { wide } = await functions(new Host());
  t.is(await called(wide, { params: ['i64'], result: 'i64' })([41n]), 42n);
  const { half } = await functions(new Host());
  t.is(await called(half, { params: ['f64', 'f32'], result: 'f64' })([5, 0.25]), 2.25);
});

test('a function of another type than it should have is not called', async (t) => {
  const host = new Host();
  const { sees } = await functions(host);
  await t.throwsAsync(called(sees)([1, 2]), {
    instanceOf: WebAssembly.RuntimeError,
    message: /another type/,
  });
  t.deepEqual(host.seen, []);
});

test('many calls wait at the same time, each on a stack of its own, and go on in any order', async (t) => {
  const host = new Host();
  const { waits } = await functions(host);
  const waiting = called(waits);
  for (let round = 0; round < 2; round++) {
    const calls = Array.from({ length: 200 }, (_, at) => waiting([at, at * 3]));
    for (let half = 0; half < 2; half++) {
      await new Promise(setImmediate);
      const held = host.waiting.splice(0);
      t.is(held.length, 200);
      for (const resume of held.toReversed()) resume();
    }
    t.deepEqual(
      await Promise.all(calls),
      calls.map((_, at) => at * 3),
    );
    t.deepEqual(
      host.seen.splice(0),
      calls.map((_, at) => 199 - at),
    );
  }
});

test('a call that traps, or goes too deep, fails alone', async (t) => {
  const host = new Host();
  const { traps, deep, difference, waits } = await functions(host);
  const waiting = called(waits)([1, 2]);
  await t.throwsAsync(called(traps)([8, 0]), { instanceOf: WebAssembly.RuntimeError });
  await t.throwsAsync(called(deep)([0, 0]), { instanceOf: RangeError });
  t.is(await called(difference)([9, 2]), 7);
  for (let half = 0; half < 2; half++) {
    host.waiting.shift()!();
    await new Promise(setImmediate);
  }
  t.is(await waiting, 2);
  t.deepEqual(host.seen, [8, 1]);
});

test('whose code runs is told when it begins, which is never at once, and when it has returned', async (t) => {
  const host = new Host();
  const { sees } = await functions(host);
  for (let call = 0; call < 2; call++) {
    const notes = new Notes();
    const over = called(sees, { ...SEES, occupant: notes })([call]);
    t.deepEqual(notes.taken, []);
    await over;
    t.deepEqual(notes.taken, ['entered', 'left']);
  }
});

test('nothing runs of a call whose occupant refuses it', async (t) => {
  const host = new Host();
  const { sees, difference } = await functions(host);
  const error = new Error('it has ended');
  const refuses: Occupant = {
    entered() {
      throw error;
    },
    left() {},
  };
  t.is(await t.throwsAsync(called(sees, { ...SEES, occupant: refuses })([1])), error);
  t.deepEqual(host.seen, []);
  t.is(await called(difference)([2, 1]), 1);
});

test('a stack that has nothing to run keeps no instance whose code it ran', async (t) => {
  const ran: WeakRef<CoreFunction>[] = [];
  for (let each = 0; each <= NOTED_BY_THE_ENGINE; each++) ran.push(await ranOnce());
  await new Promise(setImmediate); // what was given to a WeakRef is kept until the turn is over
  collectGarbage();
  t.deepEqual(
    ran.map((each) => each.deref()),
    ran.map(() => undefined),
  );
});

/** A function of an instance that nobody keeps, which has run on a stack. */
async function ranOnce(): Promise<WeakRef<CoreFunction>> {
  const host = new Host();
  const { sees } = await functions(host);
  await called(sees, SEES)([7]);
  return new WeakRef(sees!);
}
