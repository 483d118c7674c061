import { Script } from 'node:vm';
import test from 'ava';
import { loadProgram } from '#wasm-abi/load.ts';
import { describe, kindOf } from '#wasm-abi/trap.ts';
import { cacheDir, cGuest, hostOf, ON_RPC, program, QUOTA, run, RUN, runGuest } from './guests.ts';

const PAGE = 65_536;

for (const output of ['component', 'core'] as const) {
  test(`a ${output} calls the host, which may take its time, and ends with what it makes of the answer`, async (t) => {
    const asked: unknown[] = [];
    const rpc = async (...params: unknown[]): Promise<unknown> => {
      asked.push(...params);
      await new Promise(setImmediate);
      return { ok: true, value: Uint8Array.of(42, 1) };
    };
    t.deepEqual(await runGuest(await cGuest('rpc', output), ['hey'], { rpc }), {
      ok: true,
      value: 42,
    });
    t.deepEqual(asked, ['peer', 'echo', 1_000, Uint8Array.from(Buffer.from('hey'))]);
  });

  test(`a ${output} sees the host's errors as values`, async (t) => {
    const rpc = (): unknown => ({ ok: false, error: { tag: 'timeout' } });
    t.deepEqual(await runGuest(await cGuest('rpc', output), [], { rpc }), {
      ok: false,
      error: 'timeout',
    });
  });

  test(`the handlers of a ${output} answer one call after the other`, async (t) => {
    const instance = await (
      await program(await cGuest('echo', output))
    ).instantiate(hostOf(), QUOTA);
    const onRpc = instance.lift(ON_RPC);
    t.deepEqual(await run(instance, ['a', 'b']), { ok: true, value: 2 });
    for (const size of [1, 5, 100_000, 500_000]) {
      const args = new Uint8Array(size).fill(7);
      t.deepEqual(await onRpc?.({ token: 1, caller: 'c', identity: 'echo', args }), {
        tag: 'reply',
        val: args,
      });
    }
    const empty = { token: 1, caller: 'c', identity: 'echo', args: new Uint8Array(0) };
    t.deepEqual(await onRpc?.(empty), { tag: 'failed', val: 'nothing to echo' });
  });

  test(`a ${output} that takes memory for ever gets what its quota allows, and goes on`, async (t) => {
    const instance = await (
      await program(await cGuest('grow', output))
    ).instantiate(hostOf(), { ...QUOTA, maxPages: 100 });
    t.deepEqual(await run(instance, []), { ok: true, value: 100 });
    t.is(instance.memoryBytes(), 100 * PAGE);
  });

  test(`a ${output} whose memory begins above its quota is refused with the quota`, async (t) => {
    const grow = await program(await cGuest('grow', output));
    const error = await t.throwsAsync(grow.instantiate(hostOf(), { ...QUOTA, maxPages: 17 }), {
      code: 'quota-exceeded',
    });
    t.regex(error?.message ?? '', /memory-pages: .* 18 pages .* 17/);
  });

  for (const [how, kind, text] of [
    ['unreachable', 'trap', 'trap: unreachable'],
    ['out of bounds', 'trap', 'trap: memory access out of bounds'],
    ['divide', 'trap', 'trap: divide by zero'],
    ['stack in memory', 'trap', 'trap: memory access out of bounds'],
    ['recursion', 'stack-overflow', 'trap: stack overflow'],
    ['list that lies', 'trap', 'trap: canonical ABI: 4096 bytes at 4294967040 are out of bounds'],
    ['tag that lies', 'trap', 'trap: canonical ABI: tag 9 is out of range'],
  ] as const) {
    test(`a ${output} that ends by ${how} is told apart`, async (t) => {
      const error = await t.throwsAsync(runGuest(await cGuest('fail', output), [how]), {
        any: true,
      });
      t.is(kindOf(error), kind);
      t.is(describe(error), text);
    });
  }

  test(`the thread goes on after a ${output} has trapped`, async (t) => {
    const guest = await cGuest('fail', output);
    await t.throwsAsync(runGuest(guest, ['recursion']), { any: true });
    t.deepEqual(await runGuest(guest, ['x']), { ok: false, error: 'as it was asked to' });
  });
}

test('an image is refused with all that the host does not have, before it runs', async (t) => {
  const rpc = await program(await cGuest('rpc'));
  const nothing = { resolve: () => undefined, write: () => undefined };
  const error = await t.throwsAsync(rpc.instantiate(nothing, QUOTA), { code: 'missing-imports' });
  t.deepEqual((error as unknown as { imports: string[] }).imports, ['posiv:kernel/ipc@0.1.0#rpc']);
});

test('instances of one program share nothing', async (t) => {
  const grow = await program(await cGuest('grow'));
  const [one, other] = await Promise.all([
    grow.instantiate(hostOf(), QUOTA),
    grow.instantiate(hostOf(), QUOTA),
  ]);
  await run(one, []);
  t.is(one.memoryBytes(), QUOTA.maxPages * PAGE);
  t.is(other.memoryBytes(), 18 * PAGE);
});

test('an instance tells its functions of POSIV, and has no others to lift', async (t) => {
  const instance = await (await program(await cGuest('rpc'))).instantiate(hostOf(), QUOTA);
  t.deepEqual([...instance.exports], [RUN]);
  for (const name of [ON_RPC, 'memory', 'cabi_realloc', 'toString', `cabi_post_${RUN}`])
    t.is(instance.lift(name), undefined);
  t.is(instance.start, undefined);
});

test('a key that was never prepared is refused', async (t) => {
  await t.throwsAsync(loadProgram(cacheDir, 'f'.repeat(64)), { code: 'not-prepared' });
});

test('a host function that fails is told as our failure, without paths', async (t) => {
  const rpc = (): never => {
    throw new Error(`cannot open ${import.meta.filename} at line 3`);
  };
  const error = await t.throwsAsync(runGuest(await cGuest('rpc'), [], { rpc }), { any: true });
  t.is(kindOf(error), 'host-failure');
  t.is(describe(error), 'host failure: cannot open <path> at line 3');
});

test.serial(
  'the code that links a component is parsed in one turn and run in a later one',
  async (t) => {
    const image = await cGuest('rpc');
    let turned = false;
    const { runInThisContext } = Script.prototype;
    Script.prototype.runInThisContext = function (this: Script, ...params): unknown {
      setImmediate(() => (turned = true));
      return runInThisContext.apply(this, params);
    };
    t.teardown(() => (Script.prototype.runInThisContext = runInThisContext));
    await program(image);
    t.true(turned);
  },
);
