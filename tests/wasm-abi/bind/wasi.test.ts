import test from 'ava';
import { type HostBinding, type Instance, type InstanceInit } from '#wasm-abi/load.ts';
import { kindOf } from '#wasm-abi/trap.ts';
import { program, QUOTA, SOURCES, wasiGuest } from '../guests.ts';

type Write = HostBinding['write'];

async function command(
  name: string,
  init: Partial<InstanceInit>,
  write: Write = () => undefined,
): Promise<Instance> {
  const host = { resolve: () => undefined, write, wasi: SOURCES };
  return (await program(await wasiGuest(name))).instantiate(host, { ...QUOTA, ...init });
}

/** What a command wrote, by channel. */
function collector(): { output: string; errors: string; write: Write } {
  const collected = { output: '', errors: '' };
  const write: Write = (channel, bytes) => {
    collected[channel] += Buffer.from(bytes).toString();
  };
  return Object.assign(collected, { write });
}

test('a command has its arguments and environment, writes to both channels and exits with its status', async (t) => {
  const seen = collector();
  const instance = await command(
    'hello',
    { args: ['hello', 'w\u00f6rld', ''], environment: [['TOWN', 'Bern']] },
    seen.write,
  );
  t.is(await instance.start?.(), 3);
  t.is(seen.output, 'hello\nw\u00f6rld\n\n');
  t.is(seen.errors, 'town=Bern\n');
});

test('a command that returns from main exits with 0', async (t) => {
  t.is(await (await command('sleep', { args: ['sleep', '0'] })).start?.(), 0);
});

test('a writer is held back until the host has taken what it wrote', async (t) => {
  let pending = 0;
  let most = 0;
  let lines = 0;
  const write: Write = async () => {
    most = Math.max(most, ++pending);
    lines++;
    await new Promise(setImmediate);
    pending--;
  };
  t.is(await (await command('output', {}, write)).start?.(), 0);
  t.is(lines, 1_000);
  t.is(most, 1);
});

test('a command that sleeps lets others run', async (t) => {
  const order: string[] = [];
  const long = await command('sleep', { args: ['sleep', '200'] });
  const short = await command('sleep', { args: ['sleep', '20'] });
  await Promise.all([
    long.start?.().then(() => order.push('long')),
    short.start?.().then(() => order.push('short')),
  ]);
  t.deepEqual(order, ['short', 'long']);
});

test('clocks are as coarse as the host has them', async (t) => {
  const seen = collector();
  const wasi = { ...SOURCES, wallMs: () => 1_700_000_000_123 };
  const host = { resolve: () => undefined, write: seen.write, wasi };
  const instance = await (await program(await wasiGuest('clocks'))).instantiate(host, QUOTA);
  t.is(await instance.start?.(), 0);
  t.is(seen.output, '20000\n0\n1000000\n1700000000 123000000\n');
});

test('a sleep that its host breaks off ends the command', async (t) => {
  const wait = (): Promise<never> => Promise.reject(new Error('ended'));
  const host = { resolve: () => undefined, write: () => undefined, wasi: { ...SOURCES, wait } };
  const init = { ...QUOTA, args: ['sleep', '60000'] };
  const instance = await (await program(await wasiGuest('sleep'))).instantiate(host, init);
  await t.throwsAsync(async () => instance.start?.(), { message: 'ended' });
});

test('a host that gives no WASI refuses a command', async (t) => {
  const host = { resolve: () => undefined, write: () => undefined };
  const hello = await program(await wasiGuest('hello'));
  await t.throwsAsync(hello.instantiate(host, QUOTA), { code: 'missing-imports' });
});

test('files are the command\u2019s own, bounded in all, and cannot be stretched', async (t) => {
  const seen = collector();
  t.is(await (await command('files', {}, seen.write)).start?.(), 0);
  const [written, why] = seen.output.trim().split(' ');
  t.is(why, 'ENOSPC');
  t.true(Number(written) > 15 * 2 ** 20 && Number(written) <= 16 * 2 ** 20);
});

test('a command sees no files of another', async (t) => {
  const seen = collector();
  await (await command('files', {}, seen.write)).start?.();
  t.is(await (await command('files', {}, seen.write)).start?.(), 0);
});

for (const [what, init] of [
  ['an argument with a zero byte', { args: ['a\0b'] }],
  ['a variable without a name', { environment: [['', 'x']] }],
  ['a variable with an equals sign', { environment: [['a=b', 'x']] }],
  ['a variable with a zero byte', { environment: [['a', 'x\0']] }],
] as [string, Partial<InstanceInit>][]) {
  test(`${what} is refused`, async (t) => {
    await t.throwsAsync(command('hello', init), { code: 'invalid-arguments' });
  });
}

for (const [what, errno] of [
  ['more vectors than there can be', 28],
  ['polling for too much', 28],
  ['opening a path of 4 GiB', 37],
  ['random bytes for 4 GiB', 28],
  ['allocating a file of 1 TiB', 22],
  ['writing at 1 TiB', 22],
  ['descriptors without end', 33],
] as const) {
  test(`${what} is refused with an errno`, async (t) => {
    t.is(await (await command('hostile-wasi', { args: ['x', what] })).start?.(), errno);
  });
}

test('a program may open and close for as long as it likes', async (t) => {
  const args = ['x', 'close each'];
  t.is(await (await command('hostile-wasi', { args })).start?.(), 0);
});

// A link is what the library has not been taught to open.
for (const what of ['vectors out of bounds', 'signal', 'link']) {
  test(`${what} is a trap of the program`, async (t) => {
    const instance = await command('hostile-wasi', { args: ['x', what] });
    const error = await t.throwsAsync(async () => instance.start?.(), { any: true });
    t.is(kindOf(error), 'trap');
  });
}

test('many commands one after the other all have their output', async (t) => {
  let ends = 0;
  for (let round = 0; round < 600; round++) {
    if ((await (await command('hello', { args: ['a', 'b'] })).start?.()) === 2) ends++;
  }
  t.is(ends, 600);
});
