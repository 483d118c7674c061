// Links over several nodes in one process: cards whose other ends the tests hold.
import { duplexPair, PassThrough } from 'node:stream';
import test from 'ava';
import { Card, ratesOf } from '#services/machine/network/card.ts';
import { framed, FrameReader } from '#services/machine/network/frame-stream.ts';
import { Links, type LinkPeers } from '#services/machine/network/links.ts';
import { ManualClock, settled } from '#tests/support/manual-clock.ts';
import { BROADCAST, ethernet, textOf } from './ethernet.ts';

/** What a machine has of its card. */
interface Plug {
  send(frame: Uint8Array): void;
  readonly heard: string[];
  /** Takes the card off its link. */
  leave(): void;
}

function cluster(...names: readonly string[]) {
  const clock = new ManualClock();
  const nodes = new Map<string, Links>();
  /** Frames between nodes, by whom they are from and for. */
  const carried: string[] = [];
  const down = new Set<string>();
  for (const name of names) {
    const peers: LinkPeers = {
      others: () => new Set(names.filter((each) => each !== name && !down.has(each))),
      carry: async (node, tenant, link, frames) => {
        if (down.has(node)) throw new Error('it cannot be reached');
        carried.push(...frames.map(() => `${name}>${node}`));
        return nodes.get(node)!.carried(name, tenant, link, frames);
      },
    };
    nodes.set(name, new Links(clock, peers));
  }
  const plug = (node: string, tenant = 'default', link = 'lan'): Plug => {
    const [socket, guest] = duplexPair();
    const traffic = { received: 0, sent: 0, dropped: 0 };
    const card = new Card({ clock, socket, rates: ratesOf(1 << 30, 0), traffic });
    const leave = nodes.get(node)!.join(tenant, link, card);
    const heard: string[] = [];
    const reader = new FrameReader((frame) => heard.push(textOf(frame)));
    guest.on('data', (bytes: Uint8Array) => reader.push(bytes));
    return { send: (frame) => guest.write(framed(frame)), heard, leave };
  };
  return { plug, clock, carried, down };
}

test('machines of one link hear each other on whichever nodes they are', async (t) => {
  const { plug, carried } = cluster('a', 'b', 'c');
  const [one, two, three] = [plug('a'), plug('a'), plug('b')];
  one.send(ethernet(BROADCAST, 2, 'who is there'));
  await settled();
  t.deepEqual([two.heard, three.heard, one.heard], [['who is there'], ['who is there'], []]);
  three.send(ethernet(2, 4, 'me'));
  await settled();
  t.deepEqual([one.heard, two.heard], [['me'], ['who is there']]);
  // Who is known is sent to alone.
  carried.length = 0;
  one.send(ethernet(4, 2, 'good'));
  await settled();
  t.deepEqual([three.heard.at(-1), carried], ['good', ['a>b']]);
});

test('neither another tenant nor another link hears anything', async (t) => {
  const { plug } = cluster('a', 'b');
  const one = plug('a');
  const others = [
    plug('a', 'eve'),
    plug('b', 'eve'),
    plug('a', 'default', 'other'),
    plug('b', 'default', 'other'),
  ];
  const friend = plug('b');
  one.send(ethernet(BROADCAST, 2, 'secret'));
  await settled();
  t.deepEqual(friend.heard, ['secret']);
  for (const { heard } of others) t.deepEqual(heard, []);
});

test('a node without machines on a link is asked once a second, and hears all when it has one', async (t) => {
  const { plug, carried, clock } = cluster('a', 'b');
  const one = plug('a');
  for (const text of ['1', '2', '3']) {
    one.send(ethernet(BROADCAST, 2, text));
    await settled();
  }
  t.deepEqual(carried, ['a>b']);
  const two = plug('b');
  two.send(ethernet(BROADCAST, 4, 'new here'));
  await settled();
  one.send(ethernet(BROADCAST, 2, '4'));
  await settled();
  t.deepEqual(two.heard, ['4']);
  two.leave();
  one.send(ethernet(BROADCAST, 2, '5')); // it is told that nobody is there any more
  await settled();
  carried.length = 0;
  one.send(ethernet(BROADCAST, 2, '6'));
  await settled();
  t.deepEqual(carried, []);
  await clock.advance(1_000);
  one.send(ethernet(BROADCAST, 2, '7'));
  await settled();
  t.deepEqual(carried, ['a>b']);
});

test('a node that cannot be reached loses its frames, and holds up nobody', async (t) => {
  const { plug, down, clock } = cluster('a', 'b', 'c');
  const [one, two, three] = [plug('a'), plug('b'), plug('c')];
  two.send(ethernet(BROADCAST, 4, 'two'));
  await settled();
  down.add('b');
  one.send(ethernet(4, 2, 'lost'));
  one.send(ethernet(BROADCAST, 2, 'all'));
  await settled();
  t.deepEqual([two.heard, three.heard], [[], ['two', 'all']]);
  down.clear();
  await clock.advance(1_000);
  one.send(ethernet(BROADCAST, 2, 'again'));
  await settled();
  t.deepEqual(two.heard, ['again']);
});

test('frames between nodes that are too short or too long reach nobody', async (t) => {
  const clock = new ManualClock();
  const links = new Links(clock, { others: () => new Set(), carry: async () => false });
  const socket = new PassThrough();
  const traffic = { received: 0, sent: 0, dropped: 0 };
  links.join('default', 'lan', new Card({ clock, socket, rates: ratesOf(1 << 30, 0), traffic }));
  const sizes = [0, 13, 1_523, 1 << 20];
  t.true(
    links.carried(
      'b',
      'default',
      'lan',
      sizes.map((size) => new Uint8Array(size)),
    ),
  );
  t.is(traffic.received, 0);
});
