import test from 'ava';
import { type HostBinding, type Instance, type InstanceInit } from '#wasm-abi/load.ts';
import { program, QUOTA, wasiGuest } from '../guests.ts';

type Write = HostBinding['write'];

async function command(
  name: string,
  init: Partial<InstanceInit>,
  write: Write = () => undefined,
): Promise<Instance> {
  const host = { resolve: () => undefined, write };
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
