import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import test from 'ava';
import { BatchReader } from '#kernel/cell/batch-reader.ts';
import { BatchWriter } from '#kernel/cell/batch-writer.ts';
import { Dispatcher } from '#kernel/dispatcher.ts';
import { LargeReturn } from '#kernel/ipc/large-return.ts';
import { passingFramesOf, writeSplit, type NodeFrame } from '#kernel/ipc/passing.ts';
import { systemClock } from '#kernel/system-clock.ts';
import { Writer } from '#posiv-wit/codec/writer.ts';
import { functionNamed } from '#posiv-wit/functions.ts';
import { writeFrame, type Frame, type ReturnFrame } from '#posiv-wit/generated/wire.ts';
import { err, ok } from '#posiv-wit/result.ts';
import { same } from '#tests/support/same.ts';

const READ = functionNamed('posiv:vstore/blobs@0.1.0#read')!;
const CALLER = { vtid: 'v', creator: undefined, tenant: 'a', grants: [], node: undefined };

function someBytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => (at * 7) % 251);
}

function framed(id: number, bytes: Uint8Array): NodeFrame & Frame {
  const result = new Writer();
  READ.writeResult(result, ok(bytes));
  return { tag: 'returned', val: { id, outcome: ok(result.take()) } };
}

test('head and tail are together what the frame is written as, and so is its outcome', (t) => {
  for (const length of [65_536, 70_001, 4 << 20]) {
    const bytes = someBytes(length);
    const plain = new Writer();
    writeFrame(plain, framed(300, bytes));
    const large = new LargeReturn(300, bytes, () => undefined);
    const head = new Writer();
    const tail = writeSplit(head, { tag: 'returned', val: large });
    same(t, Buffer.concat([head.view, tail!.bytes]), Buffer.from(plain.view));
    const whole = new Writer();
    writeFrame(whole, { tag: 'returned', val: new LargeReturn(300, bytes, () => undefined) });
    same(t, whole.view, plain.view);
  }
});

test('only the many bytes of a good result are worth it', (t) => {
  const bytes = someBytes(65_536);
  t.is(LargeReturn.bytesOf(ok(bytes)), bytes);
  const others = [
    undefined,
    bytes,
    ok(),
    ok(bytes.subarray(1)),
    err(bytes),
    ok('a'.repeat(70_000)),
  ];
  for (const other of others) t.is(LargeReturn.bytesOf(other), undefined);
});

test('over a pipe it comes between what was sent before and after it, and its bytes are spent once they have left', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const from = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [to] = (await once(server, 'connection')) as [Socket];
  server.close();
  const came: NodeFrame[] = [];
  const all = Promise.withResolvers<void>();
  void new BatchReader<NodeFrame>(to, {
    clock: systemClock,
    maxBytes: 8 << 20,
    decode: passingFramesOf,
    isDone: () => true,
    received(frame) {
      came.push(frame);
      if (came.length === 4) all.resolve();
    },
    failed: (error) => all.reject(error),
  });
  const bytes = someBytes(3 << 20);
  const spent = Promise.withResolvers<void>();
  let spentEarly = true;
  const writer = new BatchWriter<NodeFrame>(from, writeSplit);
  const small = (id: number): NodeFrame => framed(id, someBytes(3));
  writer.send(small(1));
  writer.send({
    tag: 'returned',
    val: new LargeReturn(2, bytes, () => {
      spentEarly = from.writableLength > 0;
      spent.resolve();
    }),
  });
  t.true(writer.queued > 0, 'a pipe does not take three megabytes at once');
  writer.send(small(3));
  writer.send(small(4));
  await all.promise;
  await spent.promise;
  t.false(spentEarly);
  same(t, came, [small(1), framed(2, bytes), small(3), small(4)]);
  from.destroy();
  to.destroy();
});

test('of a pipe that is gone, and of a receiver that copies, the bytes are spent too, once', async (t) => {
  let spent = 0;
  const dispatcher = new Dispatcher();
  const bytes = someBytes(100_000);
  dispatcher.provide(
    READ.interface,
    () => ({ read: () => ok(bytes) }),
    () => (spent += 1),
  );
  const params = new Writer();
  READ.writeParams(params, ['blob', 0, 100_000]);
  const call = { id: 9, caller: 'v', function: READ.name, params: params.take() };

  let copied: ReturnFrame | undefined;
  await dispatcher.carryOut(call, CALLER, (returned) => {
    t.is(spent, 0);
    const { id, outcome } = returned;
    copied = { id, outcome };
  });
  t.is(spent, 1);
  same(t, { tag: 'returned', val: copied }, framed(9, bytes));

  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  server.close();
  socket.destroy();
  const writer = new BatchWriter<NodeFrame>(socket, writeSplit);
  await dispatcher.carryOut(call, CALLER, (val) => writer.send({ tag: 'returned', val }));
  t.is(spent, 2);
});
