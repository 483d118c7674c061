import test from 'ava';
import { describe, kindOf } from '#wasm-abi/trap.ts';
import { command, wasi2Guest } from './guests.ts';

for (const [what, told] of [
  ['handles without end', /more than 4096 resources/],
  ['pollables without end', /more than 4096 resources/],
  ['a handle that never was', /77 is no handle/],
  ['a handle of another kind', /2 is no handle/],
  ['a handle that was dropped', /1 is no handle/],
  ['dropping twice', /unknown handle/],
  ['dropping the first handle', /unknown handle/],
  ['dropping far away', /unknown handle index 268435455/],
  ['dropping beyond all', /unknown handle index 4294967295/],
  ['writing more than permitted', /70000 bytes where 65536/],
  ['writing 4 GiB', /where 65536 are permitted/],
  ['writing zeros for ever', /where 65536 are permitted/],
  ['blocking on more than a page', /4097 bytes where 4096/],
  ['writing out of bounds', /out of bounds/],
  ['a result out of bounds', /out of bounds/],
  ['a result that is not aligned', /not aligned/],
  ['polling nothing', /no pollables/],
  ['polling for too much', /more than 1024 pollables/],
  ['polling out of bounds', /out of bounds/],
  ['polling no handle', /0 is no handle/],
  ['random bytes for 4 GiB', /4294967296 random bytes/],
  ['random bytes for 2^63', /random bytes/],
  ['asking an error', /no handle/],
  ['listing a folder', /no handle/],
  ['listening', /no handle/],
  ['looking a name up without a network', /no handle/],
  ['the code of no error', /no handle/],
] as const) {
  test(`${what}: a trap of the program`, async (t) => {
    const instance = await command(await wasi2Guest('wasi/hostile'), { args: ['x', what] });
    const error = await t.throwsAsync(async () => instance.start?.(), { any: true });
    t.is(kindOf(error), 'trap');
    t.regex(describe(error), told);
  });
}

test('a program may open and drop for as long as it likes', async (t) => {
  const args = ['x', 'opening and dropping for long'];
  t.is(await (await command(await wasi2Guest('wasi/hostile'), { args })).start?.(), 0);
});
