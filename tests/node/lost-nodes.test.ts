import test from 'ava';
import { LostNodes } from '#node/lost-nodes.ts';
import type { MembershipEvent } from '#p2p/membership/events.ts';
import { ManualClock } from '#tests/p2p/support/manual-clock.ts';

const NODE = 'naaaaaaaaaaaaaaaa';

class Scene {
  readonly clock = new ManualClock();
  readonly lost: string[] = [];
  readonly #nodes = new LostNodes(this.clock, (node) => this.lost.push(node));

  hear(what: Exclude<MembershipEvent['what'], 'suspect'>, incarnation = 1): void {
    this.#nodes.heard({ what, node: NODE, incarnation });
  }

  close(): void {
    this.#nodes.close();
  }
}

test('a node is lost five seconds after it was found to be unreachable', async (t) => {
  const s = new Scene();
  s.hear('joined');
  s.hear('unreachable');
  await s.clock.advance(4_999);
  t.deepEqual(s.lost, []);
  await s.clock.advance(1);
  t.deepEqual(s.lost, [NODE]);
});

test('a node that answers again in time is not lost', async (t) => {
  const s = new Scene();
  s.hear('joined');
  s.hear('unreachable');
  await s.clock.advance(4_000);
  s.hear('alive');
  await s.clock.advance(60_000);
  t.deepEqual(s.lost, []);
});

test('a node that left is lost at once', (t) => {
  const s = new Scene();
  s.hear('joined');
  s.hear('left');
  t.deepEqual(s.lost, [NODE]);
});

test('a node that was started anew has lost what it had, however soon it is back', async (t) => {
  const s = new Scene();
  s.hear('joined');
  t.deepEqual(s.lost, []);
  s.hear('unreachable');
  s.hear('joined', 2);
  t.deepEqual(s.lost, [NODE]);
  await s.clock.advance(60_000);
  t.deepEqual(s.lost, [NODE]);
});

test('nobody is lost to a node that has closed', async (t) => {
  const s = new Scene();
  s.hear('joined');
  s.hear('unreachable');
  s.close();
  await s.clock.advance(60_000);
  t.deepEqual(s.lost, []);
});
