// What is kept of a machine under v86, whose process may be its guest's by then.
import type { Socket } from 'node:net';
import { duplexPair } from 'node:stream';
import test from 'ava';
import { OVERHEAD_BYTES } from '#services/machine/v86/overhead.ts';
import { restoreState, saveState } from '#services/machine/v86/state.ts';

const MEMORY = 1 << 20;

/** A process whose orders are answered with this, and the far end of the pipe of its state. */
function process(answer: unknown) {
  const [near, far] = duplexPair();
  const orders: unknown[] = [];
  const execute = async (name: string, args?: object): Promise<unknown> => {
    orders.push([name, args]);
    return answer;
  };
  return { process: { qmp: { execute }, incoming: near as unknown as Socket }, far, orders };
}

async function all(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  return Buffer.concat(await Array.fromAsync(bytes)).toString();
}

test('as many bytes are kept as were said, one state after the other', async (t) => {
  const { process: each, far } = process({ bytes: 5 });
  for (const text of ['first', 'again']) {
    far.write(text);
    t.is(await all(await saveState(each, MEMORY)), text);
  }
});

test('one that says too much, or writes more or less than it said, is not kept', async (t) => {
  for (const bytes of [0, -1, 0.5, MEMORY + OVERHEAD_BYTES + 1, '5'])
    await t.throwsAsync(saveState(process({ bytes }).process, MEMORY), { code: 'failed' });
  const more = process({ bytes: 5 });
  more.far.write('longer');
  await t.throwsAsync(all(await saveState(more.process, MEMORY)), {
    code: 'failed',
    message: /more than the 5 bytes/,
  });
  const less = process({ bytes: 5 });
  less.far.end('four');
  await t.throwsAsync(all(await saveState(less.process, MEMORY)), { code: 'failed' });
});

test('who breaks off leaves nothing of a state in the pipe', async (t) => {
  const { process: each, far } = process({ bytes: 6 });
  far.write('one');
  for await (const piece of await saveState(each, MEMORY)) {
    t.is(String(piece), 'one');
    far.write('two');
    break;
  }
  far.write('second');
  t.is(await all(await saveState(each, MEMORY)), 'second');
});

test('what is gone on from is written as it comes, and its length told last', async (t) => {
  const { process: each, far, orders } = process({});
  const heard = (async () => {
    let text = '';
    for await (const piece of far) {
      text += String(piece);
      if (text.endsWith('second')) return text;
    }
    return text;
  })();
  const parts = async function* () {
    yield Buffer.from('first');
    t.deepEqual(orders, []);
    yield Buffer.from('second');
  };
  await restoreState(each, parts(), MEMORY);
  t.is(await heard, 'firstsecond');
  t.deepEqual(orders, [['restore', { bytes: 11 }]]);
});

test('what is longer than any state of so much memory is refused', async (t) => {
  const { process: each, far, orders } = process({});
  far.resume();
  const piece = new Uint8Array(4 << 20);
  const endless = async function* () {
    for (;;) yield piece;
  };
  await t.throwsAsync(restoreState(each, endless(), MEMORY), { code: 'refused' });
  t.deepEqual(orders, []);
});
