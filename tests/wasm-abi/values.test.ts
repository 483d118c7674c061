import test from 'ava';
import fc from 'fast-check';
import { describe } from '#wasm-abi/trap.ts';
import { hostOf, ON_RPC, program, QUOTA, run, runGuest, tsGuest } from './guests.ts';
import { DEFAULT_QUOTA } from '#posiv-wit/quota.ts';

const echo = (_vtid: string, _identity: string, _timeout: number, args: Uint8Array): unknown => ({
  ok: true,
  value: args,
});

test('text and bytes pass into QuickJS and out of it unchanged', async (t) => {
  const values = await program(await tsGuest('values'));
  const asked: { identity: string; args: Uint8Array }[] = [];
  const rpc = (vtid: string, identity: string, timeout: number, args: Uint8Array): unknown => {
    asked.push({ identity, args });
    return echo(vtid, identity, timeout, args);
  };
  const instance = await values.instantiate(hostOf({ rpc }), QUOTA);
  const texts = fc.array(fc.string({ unit: 'binary', maxLength: 50 }), {
    minLength: 1,
    maxLength: 4,
  });
  await fc.assert(
    fc.asyncProperty(texts, async (parts) => {
      fc.pre(!['throw', 'find', 'info', 'start'].includes(parts[0] ?? ''));
      const text = parts.join('|');
      const bytes = Uint8Array.from(Buffer.from(text));
      const result = await run(instance, parts);
      const seen = asked.pop();
      t.deepEqual(result, { ok: true, value: bytes.length });
      t.is(seen?.identity, text);
      t.deepEqual(seen?.args, bytes);
    }),
  );
});

test('an error of the host is thrown in QuickJS with its case and text', async (t) => {
  const rpc = (): unknown => ({ ok: false, error: { tag: 'refused', val: 'no, \u{1f30d}' } });
  t.deepEqual(await runGuest(await tsGuest('values'), ['x'], { rpc }), {
    ok: false,
    error: 'refused: no, \u{1f30d}',
  });
});

test('what a guest of QuickJS throws is the error of its result', async (t) => {
  t.deepEqual(await runGuest(await tsGuest('values'), ['throw']), {
    ok: false,
    error: 'thrown by the guest',
  });
});

test('every outcome of a handler in QuickJS arrives', async (t) => {
  const instance = await (await program(await tsGuest('values'))).instantiate(hostOf(), QUOTA);
  const args = new Uint8Array(200_000).map((_, index) => index);
  const ask = (identity: string): unknown =>
    instance.lift(ON_RPC)?.({ token: 1, caller: 'c', identity, args });
  t.deepEqual(await ask('echo'), { tag: 'reply', val: args });
  t.deepEqual(await ask('later'), { tag: 'later' });
  t.deepEqual(await ask('fail'), { tag: 'failed', val: 'c \u{1f30d}' });
});

test('numbers of 64 bits arrive in QuickJS', async (t) => {
  const [text, none] = ['', undefined];
  const value = {
    vtid: text, name: none, tenant: text, image: text, node: text, state: 'running', creator: none, createdMs: 2 ** 40,
    startedMs: 0, endedMs: 0, memoryBytes: 0, mailboxBytes: 0, cpuUs: 0, quota: DEFAULT_QUOTA,
    refusals: [], reason: none,
  }; // prettier-ignore
  const info = (): unknown => ({ ok: true, value });
  t.deepEqual(await runGuest(await tsGuest('values'), ['info', 'x'], { info }), {
    ok: true,
    value: 0,
  });
});

test('random numbers work in QuickJS', async (t) => {
  const self = (): string => 'abc';
  t.deepEqual(await runGuest(await tsGuest('engine'), ['random'], { self }), {
    ok: true,
    value: 3,
  });
});

test('what QuickJS would need WASI for traps', async (t) => {
  const error = await t.throwsAsync(runGuest(await tsGuest('engine'), ['clock']), { any: true });
  t.regex(describe(error), /^trap: unreachable/);
});

test('QuickJS that takes memory for ever is told so within its quota', async (t) => {
  const instance = await (
    await program(await tsGuest('engine'))
  ).instantiate(hostOf(), { ...QUOTA, maxPages: 200 });
  t.deepEqual(await run(instance, ['memory']), { ok: false, error: 'out of memory' });
  t.true(instance.memoryBytes() <= 200 * 65_536);
});

test('deep recursion in QuickJS ends as a stack overflow', async (t) => {
  const error = await t.throwsAsync(runGuest(await tsGuest('engine'), ['deep']), { any: true });
  t.is(describe(error), 'trap: stack overflow');
});
