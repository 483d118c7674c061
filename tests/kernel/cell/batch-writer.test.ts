import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import test from 'ava';
import { BatchWriter } from '#kernel/cell/batch-writer.ts';

test('a pipe that is not read has no room once much waits for it, and has it again when it has taken most', async (t) => {
  const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const from = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [to] = (await once(server, 'connection')) as [Socket];
  server.close();
  const writer = new BatchWriter<Uint8Array>(from, (bytes, message) => bytes.encoded(message));
  t.is(writer.room(), undefined);
  const chunk = new Uint8Array(1 << 20);
  while (from.writableLength === 0) {
    writer.send(chunk);
    writer.flush();
  }
  const room = writer.room();
  t.truthy(room);
  t.is(writer.room(), room, 'all wait for the same');
  to.resume();
  await room;
  t.is(writer.room(), undefined);
  from.destroy();
  to.destroy();
});

test('what waits for the end of the turn counts too', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const from = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [to] = (await once(server, 'connection')) as [Socket];
  to.resume();
  server.close();
  const writer = new BatchWriter<Uint8Array>(from, (bytes, message) => bytes.encoded(message));
  writer.send(new Uint8Array(100 << 10));
  await writer.room();
  t.is(writer.queued, 0);
  from.destroy();
  to.destroy();
});
