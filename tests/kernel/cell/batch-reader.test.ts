import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import test from 'ava';
import { BatchReader } from '#kernel/cell/batch-reader.ts';
import { BatchWriter } from '#kernel/cell/batch-writer.ts';
import type { Clock } from '#kernel/clock.ts';
import { systemClock } from '#kernel/system-clock.ts';
import { ManualClock } from '#tests/support/manual-clock.ts';

/** From there on messages may be overtaken. */
const LATE = 200;

/** Takes messages from a socket, of which the even ones are done at once, and writes a batch of them at the other end. */
async function pipe(
  received: (message: number) => void,
  clock: Clock = systemClock,
): Promise<{
  reader: BatchReader<number>;
  send: (...messages: number[]) => void;
  [Symbol.dispose](): void;
}> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const from = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [to] = (await once(server, 'connection')) as [Socket];
  server.close();
  const reader = new BatchReader<number>(to, {
    clock,
    maxBytes: 1_000,
    decode: (batch) => batch,
    received,
    isDone: (message) => message % 2 === 0,
    late: { mayBe: (message) => message >= LATE, kept: (message) => ({ message, bytes: 1 }) },
    failed(error) {
      throw error;
    },
  });
  const writer = new BatchWriter<number>(from, (bytes, message) => bytes.u8(message));
  return {
    reader,
    send(...messages) {
      for (const message of messages) writer.send(message);
      writer.flush();
    },
    [Symbol.dispose]() {
      from.destroy();
      to.destroy();
    },
  };
}

test('what a message sets in motion goes as far as it can before the next message is taken', async (t) => {
  const happened: string[] = [];
  const all = Promise.withResolvers<void>();
  using ends = await pipe((message) => {
    happened.push(`${message}`);
    if (message % 2 === 1) void Promise.resolve().then(() => happened.push(`${message} went on`));
    if (message === 8) all.resolve();
  });
  ends.send(2, 4, 1, 6, 3, 5, 8);
  await all.promise;
  t.deepEqual(happened.join(', '), '2, 4, 1, 1 went on, 6, 3, 3 went on, 5, 5 went on, 8');
});

test('messages come in their order, over batches and holds', async (t) => {
  const came: number[] = [];
  const messages = Array.from({ length: 200 }, (_, at) => at);
  const all = Promise.withResolvers<void>();
  using ends = await pipe((message) => {
    came.push(message);
    if (message % 70 === 0) ends.reader.hold(turn());
    if (came.length === messages.length) all.resolve();
  });
  ends.send(...messages.slice(0, 90));
  ends.send();
  await turn();
  ends.send(...messages.slice(90));
  await all.promise;
  t.deepEqual(came, messages);
});

test('a reader that is held takes nothing more, not even of the batch in hand', async (t) => {
  const came: number[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const four = Promise.withResolvers<void>();
  using ends = await pipe((message) => {
    came.push(message);
    if (message !== 4) return;
    ends.reader.hold(promise);
    four.resolve();
  });
  ends.send(2, 4, 6, 8);
  await four.promise;
  await turn();
  t.deepEqual(came, [2, 4]);
  resolve();
  await turn();
  t.deepEqual(came, [2, 4, 6, 8]);
});

test('what others need not wait for is overtaken by them, where there is much of it, and keeps its order', async (t) => {
  const came: number[] = [];
  const clock = new ManualClock();
  const late = Array.from({ length: 40 }, (_, at) => LATE + at);
  const others = [2, 4, 6];
  const all = Promise.withResolvers<void>();
  using ends = await pipe((message) => {
    came.push(message);
    if (message >= LATE) clock.advanceNow(0.5);
    if (came.length === late.length + others.length) all.resolve();
  }, clock);
  ends.send(...late, ...others);
  await all.promise;
  t.deepEqual(
    came.filter((message) => message >= LATE),
    late,
  );
  t.deepEqual(
    came.filter((message) => message < LATE),
    others,
  );
  t.true(came.indexOf(6) < 20, `${came.indexOf(6)} came before`);
});
