import { createHash } from 'node:crypto';
import test from 'ava';
import { hashInTurns } from '#wasm-abi/hash-in-turns.ts';

for (const bytes of [0, 1, 256 << 10, (1 << 20) + 7]) {
  test(`the hash of ${bytes} bytes is that of all of them at once`, async (t) => {
    const data = new Uint8Array(bytes).map((_, at) => at * 31);
    t.is(await hashInTurns(data), createHash('sha256').update(data).digest('hex'));
  });
}

test('whoever waits for a turn of the event loop has one while much is hashed', async (t) => {
  let turns = 0;
  let hashing = true;
  const wait = (): unknown => hashing && setImmediate(() => (turns += 1) && wait());
  wait();
  await hashInTurns(new Uint8Array(4 << 20));
  hashing = false;
  t.true(turns >= 10, `${turns} turns`);
});
