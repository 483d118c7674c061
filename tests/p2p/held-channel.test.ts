import test from 'ava';
import { Channel, type ChannelHandler } from '#p2p/channel.ts';
import { HeldChannel } from '#p2p/held-channel.ts';
import { memoryId } from './support/memory-network.ts';

function channel(handler: ChannelHandler): Channel {
  const connection = {
    remote: memoryId('peer'),
    peerId: new Uint8Array(),
    dialled: true,
    address: 'memory:peer',
    queuedBytes: 0,
    open() {},
    send() {},
    end() {},
    cutOff() {},
  };
  return new Channel(connection, (run) => run(), 1_024, handler);
}

const nobody: ChannelHandler = { onFrame() {}, onClose() {} };

test('what is held is handed over in order, and what comes later goes straight on', (t) => {
  const way = channel(nobody);
  const held = new HeldChannel(way, () => t.fail());
  const got: number[] = [];
  const taker = { ...nobody, onFrame: (kind: number) => void got.push(kind) };
  held.onFrame(1, Uint8Array.of(1));
  held.onFrame(2, Uint8Array.of(2));
  t.deepEqual(got, []);
  held.release(taker);
  t.is(way.handler, taker);
  t.deepEqual(got, [1, 2]);
});

for (const bytes of [0, 1, 1 << 20])
  test(`of frames of ${bytes} bytes no more is held than eight mebibytes`, (t) => {
    const held = new HeldChannel(channel(nobody), () => t.fail());
    const most = (8 << 20) / (128 + bytes);
    for (let at = 1; at <= most; at++) held.onFrame(1, new Uint8Array(bytes));
    t.throws(() => held.onFrame(1, new Uint8Array(bytes)), { code: 'too-much-held' });
  });
