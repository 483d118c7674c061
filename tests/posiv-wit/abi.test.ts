import test from 'ava';
import fc from 'fast-check';
import { guestMemory, keepAll } from '#posiv-wit/abi/guest-memory.ts';
import type { HostFunction } from '#posiv-wit/function-descriptor.ts';
import { coreSignature } from '#posiv-wit/generate/layout/flatten.ts';
import { layoutOf } from '#posiv-wit/generate/layout/layout.ts';
import { MOST_TEXT_BYTES } from '#posiv-wit/codec/utf8.ts';
import { ok } from '#posiv-wit/result.ts';
import { everyFunction, needed } from './descriptors.ts';
import { lifted, lowered } from './direct-calls.ts';
import { FakeGuest } from './guest-memory.ts';
import { paramsOf, valuesOf } from './values.ts';

const RPC = 'posiv:kernel/ipc@0.1.0#rpc';
const NEW = 'posiv:kernel/vtask@0.1.0#new';
const TRAP = { instanceOf: WebAssembly.RuntimeError };

function rpc(
  guest: FakeGuest,
  host: HostFunction = (_vtid, _identity, _timeout, args) => ok(args),
) {
  return lowered(needed(RPC), host, guest);
}

// What the host must never be asked.
const never: HostFunction = () => {
  throw new Error('the host was called');
};

// The bytes of a good answer at a return pointer.
function answerAt(guest: FakeGuest, at: number): number[] {
  const { bytes, view } = guest;
  const [tag, pointer, length] = [
    view.getUint8(at),
    view.getUint32(at + 4, true),
    view.getUint32(at + 8, true),
  ];
  if (tag !== 0) throw new Error('an error');
  return [...bytes.subarray(pointer, pointer + length)];
}

test('every function gets and gives any value through memory', (t) => {
  for (const { definition, descriptor } of everyFunction) {
    const { resultInMemory } = coreSignature(definition);
    fc.assert(
      fc.property(paramsOf(definition), valuesOf(definition.result), (params, result) => {
        const guest = new FakeGuest();
        let heard: unknown[] = [];
        const bound = lowered(descriptor, (...given) => ((heard = given), result), guest);
        const core = (...flat: unknown[]): unknown => {
          if (!resultInMemory || definition.result === undefined) return bound(...flat);
          const { size, align } = layoutOf(definition.result);
          const ret = guest.realloc(0, 0, align, size);
          bound(...flat, ret);
          return ret;
        };
        t.deepEqual(lifted(descriptor, core, guest)(...params), result, descriptor.name);
        t.deepEqual(heard, params, descriptor.name);
      }),
      { numRuns: 30 },
    );
  }
});

test('a string or list that is not in memory traps before the host is called', (t) => {
  const guest = new FakeGuest();
  const ret = guest.room();
  const good = guest.text('a');
  const core = rpc(guest, never);
  for (const bad of [
    [65_530, 7],
    [0xffff_ffff, 1],
    [-1, 2],
    [0, -1],
    [1, 0x7fff_ffff],
  ] as const) {
    t.throws(() => core(...bad, ...good, 0, ...good, ret), TRAP);
    t.throws(() => core(...good, ...good, 0, ...bad, ret), TRAP);
  }
});

test('a return pointer that is not in memory or not aligned traps before the host is called', (t) => {
  const guest = new FakeGuest();
  const good = guest.text('a');
  const core = rpc(guest, never);
  for (const ret of [65_536 - 8, -4, 1025])
    t.throws(() => core(...good, ...good, 0, ...good, ret), TRAP);
});

test('a string that is not UTF-8 traps', (t) => {
  const guest = new FakeGuest();
  const good = guest.text('a');
  const bad = guest.put(new Uint8Array([0xff]));
  t.throws(() => rpc(guest, never)(...bad, ...good, 0, ...good, guest.room()), TRAP);
});

test('of a text that is longer than any call carries the host has the beginning, in whole characters', (t) => {
  const heard: string[] = [];
  const start = (text: readonly [number, number], guest: FakeGuest): unknown =>
    rpc(guest, (_vtid, identity: string) => {
      heard.push(identity);
      return ok(new Uint8Array());
    })(...guest.text('a'), ...text, 0, 0, 0, guest.room());
  const guest = new FakeGuest();
  for (const text of ['x'.repeat(MOST_TEXT_BYTES), 'x'.repeat(MOST_TEXT_BYTES + 1)])
    start(guest.text(text), guest);
  start(guest.text(`x${'😀'.repeat(MOST_TEXT_BYTES)}`), guest);
  const beginning = 'x'.repeat(MOST_TEXT_BYTES);
  t.true(heard[0] === beginning && heard[1] === beginning);
  t.true(heard[2] === `x${'😀'.repeat(MOST_TEXT_BYTES / 4 - 1)}`);
  const bad = guest.text('x'.repeat(MOST_TEXT_BYTES + 1));
  guest.bytes[bad[0] + bad[1] - 1] = 0xff; // beyond what the host would have
  t.throws(() => start(bad, guest), TRAP);
  t.is(heard.length, 3);
});

test('a tag that no case has traps', (t) => {
  const guest = new FakeGuest();
  const write = lowered(needed('posiv:kernel/log@0.1.0#write'), never, guest);
  t.throws(() => write(6, 0, 0), TRAP);
  t.throws(() => write(-1, 0, 0), TRAP);
  const list = lowered(needed('posiv:kernel/vtask@0.1.0#list'), never, guest);
  t.throws(() => list(2, 0, 0, guest.room()), TRAP);
});

test('a 64-bit integer that a number cannot hold traps instead of being changed', (t) => {
  const guest = new FakeGuest();
  const heard: unknown[] = [];
  const read = lowered(
    needed('posiv:kernel/log@0.1.0#read'),
    (...params) => {
      heard.push(params);
      return { ok: false, error: { tag: 'timeout' } };
    },
    guest,
  );
  const vtid = guest.text('vt');
  for (const bad of [-1n, 2n ** 53n, 2n ** 63n])
    t.throws(() => read(...vtid, bad, 0, guest.room()), TRAP);
  read(...vtid, 2n ** 53n - 1n, 0, guest.room());
  t.deepEqual(heard, [['vt', Number.MAX_SAFE_INTEGER, 0]]);
});

test('bytes are copied out: the guest cannot change what the host has seen', (t) => {
  const guest = new FakeGuest();
  const [pointer, length] = guest.put(new Uint8Array([1, 2]));
  let heard = new Uint8Array();
  const good = guest.text('a');
  rpc(guest, (_vtid, _identity, _timeout, args) => ok((heard = args)))(
    ...good,
    ...good,
    0,
    pointer,
    length,
    guest.room(),
  );
  guest.bytes[pointer] = 9;
  t.deepEqual([...heard], [1, 2]);
});

test('a host that answers at once makes a call without a promise', (t) => {
  const guest = new FakeGuest();
  const good = guest.text('ab');
  const ret = guest.room();
  t.is(rpc(guest)(...good, ...good, 0, ...good, ret), undefined);
  t.deepEqual(answerAt(guest, ret), [97, 98]);
});

test('an answer that comes later is stored where memory is by then', async (t) => {
  const guest = new FakeGuest();
  const good = guest.text('ab');
  const ret = guest.room();
  const answer = Promise.withResolvers<unknown>();
  const call = rpc(guest, () => answer.promise)(
    ...good,
    ...good,
    0,
    ...good,
    ret,
  ) as Promise<unknown>;
  guest.memory.grow(1);
  answer.resolve(ok(new Uint8Array([7, 8])));
  await call;
  t.deepEqual(answerAt(guest, ret), [7, 8]);
});

test('an answer is stored whole though storing it makes memory grow', (t) => {
  const guest = new FakeGuest();
  const good = guest.text('ab');
  const ret = guest.room();
  const large = new Uint8Array(200_000).fill(5);
  rpc(guest, () => ok(large))(...good, ...good, 0, ...good, ret);
  t.deepEqual(new Uint8Array(answerAt(guest, ret)), large);
});

test('a host that fails fails the call, at once or later', async (t) => {
  const guest = new FakeGuest();
  const good = guest.text('ab');
  const failure = new Error('no');
  const call = (host: HostFunction): unknown =>
    rpc(guest, host)(...good, ...good, 0, ...good, guest.room());
  t.is(
    t.throws(() =>
      call(() => {
        throw failure;
      }),
    ),
    failure,
  );
  t.is(await t.throwsAsync(call(() => Promise.reject(failure)) as Promise<unknown>), failure);
});

test('an allocator that lies traps', (t) => {
  for (const lie of [-1, 65_530, 0xffff_fff0]) {
    const guest = new FakeGuest();
    const good = guest.text('a');
    const core = lowered(needed(RPC), () => ok(new Uint8Array(10)), {
      memory: guest.memory,
      realloc: () => lie,
    });
    t.throws(() => core(...good, ...good, 0, ...good, 512), TRAP);
  }
});

test('a structure whose allocator gives a pointer that is not aligned traps', (t) => {
  const guest = new FakeGuest();
  const { descriptor, definition } = everyFunction.find(
    (each) => each.descriptor.name === 'posiv:cluster/nodes@0.1.0#list',
  )!;
  const nodes = fc.sample(valuesOf(definition.result), 100) as unknown[][];
  const some = nodes.find((each) => each.length > 0);
  const list = lowered(descriptor, () => some, {
    memory: guest.memory,
    realloc: () => 9,
  });
  t.throws(() => list(512), TRAP);
});

test('an allocator that calls an import traps', (t) => {
  const guest = new FakeGuest();
  const good = guest.text('a');
  const abi = {
    memory: guest.memory,
    realloc: (): number => core(...good, ...good, 0, ...good, 512) as number,
  };
  const core = lowered(needed(RPC), () => ok(new Uint8Array(10)), abi);
  const exit = lowered(needed('posiv:kernel/vtask@0.1.0#exit'), () => {}, abi);
  t.notThrows(() => exit(0));
  t.throws(() => core(...good, ...good, 0, ...good, 512), { ...TRAP, message: /cabi_realloc/ });
});

for (const [what, lent] of [
  ['bytes are', new Uint8Array([1, 2, 3])],
  ['Buffer is', Buffer.from([1, 2, 3])],
] as const) {
  test(`what waits for room is what it was, though its ${what} used for something else meanwhile`, (t) => {
    const guest = new FakeGuest();
    const good = guest.text('ab');
    const ret = guest.room();
    const core = needed(RPC).lower(() => ok(lent), guest);
    t.is(core(...good, ...good, 0, ...good, ret), 3 * 4);
    keepAll();
    lent.fill(9);
    t.is(guestMemory(guest).stored(guest.realloc(0, 0, 1, 3)), 0);
    t.deepEqual(answerAt(guest, ret), [1, 2, 3]);
  });
}

test('what waits for room is what it was, though a component that makes it has another one wait for its host', (t) => {
  const [guest, other] = [new FakeGuest(), new FakeGuest()];
  const good = guest.text('ab');
  const ret = guest.room();
  const lent = new Uint8Array([1, 2, 3]);
  needed(RPC).lower(() => ok(lent), guest)(...good, ...good, 0, ...good, ret);
  const theirs = other.text('ab');
  const waits = needed(RPC).lower(() => new Promise(() => {}), other);
  t.true(waits(...theirs, ...theirs, 0, ...theirs, other.room()) instanceof Promise);
  lent.fill(9);
  guestMemory(guest).stored(guest.realloc(0, 0, 1, 3));
  t.deepEqual(answerAt(guest, ret), [1, 2, 3]);
});

test('a list whose items all point at the same bytes cannot fill the host, or keep it busy', (t) => {
  for (const [count, length] of [
    [400_000, 4_096],
    [17, MOST_TEXT_BYTES],
  ] as const) {
    const guest = new FakeGuest(64);
    const list = guest.realloc(0, 0, 4, count * 8);
    const [text] = guest.text('x'.repeat(length));
    for (let index = 0; index < count; index++) {
      guest.view.setUint32(list + index * 8, text, true);
      guest.view.setUint32(list + index * 8 + 4, length, true);
    }
    const params = guest.realloc(0, 0, 4, 84);
    guest.bytes.fill(0, params, params + 84);
    guest.view.setUint32(params + 20, list, true);
    guest.view.setUint32(params + 24, count, true);
    t.throws(() => lowered(needed(NEW), never, guest)(params, guest.room()), {
      ...TRAP,
      message: /more than/,
    });
  }
});

test('lone surrogates of the host become U+FFFD', (t) => {
  const guest = new FakeGuest();
  const ret = guest.room();
  lowered(needed('posiv:kernel/vtask@0.1.0#self'), () => 'a\uD800', guest)(ret);
  const [pointer, length] = [guest.view.getUint32(ret, true), guest.view.getUint32(ret + 4, true)];
  t.is(new TextDecoder().decode(guest.bytes.subarray(pointer, pointer + length)), 'a\uFFFD');
});

test('a value of the host that is not of its type is a defect, not a trap', (t) => {
  const guest = new FakeGuest();
  const good = guest.text('a');
  const call = (error: unknown): unknown =>
    rpc(guest, () => ({ ok: false, error }))(...good, ...good, 0, ...good, guest.room());
  t.throws(() => call({ tag: 'nope' }), { instanceOf: TypeError });
});

test('a guest’s post-return comes once the result is copied out, and the result survives it', (t) => {
  const guest = new FakeGuest();
  const [pointer, length] = guest.put(new Uint8Array([1, 2, 3]));
  const ret = guest.room();
  const order: string[] = [];
  const core = (): number => {
    order.push('core');
    guest.bytes[ret] = 0;
    guest.view.setUint32(ret + 4, pointer, true);
    guest.view.setUint32(ret + 8, length, true);
    return ret;
  };
  const post = (flat: number): void => {
    order.push(`post ${flat}`);
    guest.bytes.fill(0);
  };
  const reduce = lifted(needed('posiv:mapreduce/reducer@0.1.0#reduce'), core, guest, post);
  t.deepEqual(reduce(new Uint8Array(), []), ok(new Uint8Array([1, 2, 3])));
  t.deepEqual(order, ['core', `post ${ret}`]);
});

test('a guest’s result that lies traps', (t) => {
  const guest = new FakeGuest();
  const run = (ret: number): unknown =>
    lifted(needed('posiv:kernel/program@0.1.0#run'), () => ret, guest)([]);
  t.throws(() => run(65_533), TRAP);
  t.throws(() => run(-8), TRAP);
  const ret = guest.room();
  guest.bytes[ret] = 2;
  t.throws(() => run(ret), TRAP);
});

test('bytes beyond 2^28 - 1 are not given to a guest', (t) => {
  const guest = new FakeGuest();
  const reduce = lifted(needed('posiv:mapreduce/reducer@0.1.0#reduce'), () => 0, guest);
  t.throws(() => reduce(new Uint8Array(2 ** 28), []), { instanceOf: RangeError });
});

test('an instance’s memory and allocator may come after its imports were made', (t) => {
  const guest = new FakeGuest();
  const late: { memory?: WebAssembly.Memory; realloc?: FakeGuest['realloc'] } = {};
  const core = lowered(
    needed(RPC),
    (_vtid, _identity, _timeout, args) => ok(args),
    late as FakeGuest,
  );
  Object.assign(late, { memory: guest.memory, realloc: guest.realloc });
  const good = guest.text('ab');
  const ret = guest.room();
  core(...good, ...good, 0, ...good, ret);
  t.deepEqual(answerAt(guest, ret), [97, 98]);
});
