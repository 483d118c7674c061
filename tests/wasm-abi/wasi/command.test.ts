import test from 'ava';
import type { HostBinding, InstanceInit } from '#wasm-abi/load.ts';
import { program, QUOTA, SOURCES } from '../guests.ts';
import { collector, command, wasi2Guest } from './guests.ts';

test('a command has its arguments and environment and writes to both channels', async (t) => {
  const told = collector();
  const init = { args: ['hello', 'w\u00f6rld', ''], environment: [['TOWN', 'Bern']] } as const;
  const instance = await command(await wasi2Guest('hello'), init, told.write);
  // The adapter tells an exit with 3 as a failure, which is all that wasi:cli/exit knows.
  t.is(await instance.start?.(), 1);
  t.is(told.output, 'hello\nw\u00f6rld\n\n');
  t.is(told.errors, 'town=Bern\n');
});

test('every call gives what docs/wasi.md says', async (t) => {
  const told = collector();
  const wallMs = (): number => 1_700_000_000_123;
  const sources = { ...SOURCES, wallMs };
  t.is(await (await command(await wasi2Guest('wasi/calls'), {}, told.write, sources)).start?.(), 0);
  t.deepEqual(told.output.trim().split('\n'), [
    'read 1 1',
    'skip 1 1',
    'input-ready 1',
    'splice 1 1',
    'check-write 0 65536',
    'output-ready 1',
    'monotonic 20000',
    'coarse 0',
    'wall 0 1000000',
    'now 1700000000 123000000',
    'soon 0',
    'poll 1 1',
    'waited 1',
    'blocked',
    'random 1',
    'bytes 65536 1',
    'seed 1',
    'cwd 0',
    'folders 0',
    'open No such file or directory',
    'tcp 1 1',
    'udp 1 1',
    'resolve 1 1',
  ]);
});

test('a writer is held back until the host has taken what it wrote', async (t) => {
  let pending = 0;
  let most = 0;
  let lines = 0;
  const write: HostBinding['write'] = async (_, bytes) => {
    most = Math.max(most, ++pending);
    lines += Buffer.from(bytes).toString().split('\n').length - 1;
    await new Promise(setImmediate);
    pending--;
  };
  t.is(await (await command(await wasi2Guest('output'), {}, write)).start?.(), 0);
  t.is(lines, 1_000);
  t.is(most, 1);
});

test('a command that sleeps lets others run', async (t) => {
  const order: string[] = [];
  const sleep = await wasi2Guest('sleep');
  const long = await command(sleep, { args: ['sleep', '200'] });
  const short = await command(sleep, { args: ['sleep', '20'] });
  await Promise.all([
    long.start?.().then(() => order.push('long')),
    short.start?.().then(() => order.push('short')),
  ]);
  t.deepEqual(order, ['short', 'long']);
});

test('a wait that its host breaks off ends the command with that error', async (t) => {
  const wait = (): Promise<never> => Promise.reject(new Error('ended'));
  const sleep = await wasi2Guest('sleep');
  const instance = await command(sleep, { args: ['sleep', '60000'] }, undefined, {
    ...SOURCES,
    wait,
  });
  await t.throwsAsync(async () => instance.start?.(), { message: 'ended' });
});

test('a host that gives no WASI refuses a command before it runs, with what it lacks', async (t) => {
  const hello = await program(await wasi2Guest('hello'));
  const nothing = { resolve: () => undefined, write: () => undefined };
  const error = await t.throwsAsync(hello.instantiate(nothing, QUOTA), { code: 'missing-imports' });
  t.true((error as unknown as { imports: string[] }).imports.includes('wasi:io/streams@0.2.12'));
});

for (const [what, init] of [
  ['an argument with a zero byte', { args: ['a\0b'] }],
  ['a variable without a name', { environment: [['', 'x']] }],
] as [string, Partial<InstanceInit>][]) {
  test(`${what} is refused`, async (t) => {
    const hello = await wasi2Guest('hello');
    await t.throwsAsync(command(hello, init), { code: 'invalid-arguments' });
  });
}
