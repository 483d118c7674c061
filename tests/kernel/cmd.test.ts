import test from 'ava';
import { bytesOf, MAX_CMD_BYTES } from '#kernel/cmd.ts';

test('a cmd of a great many empty words is too long: each takes room where it is kept and sent', (t) => {
  t.true(bytesOf(Array.from({ length: 2_049 }, () => '')) > MAX_CMD_BYTES);
  t.is(bytesOf(['é', '']), 66);
});
