import test from 'ava';
import { startMemoryNode, upAt } from '../support/memory-node.ts';
import { hostileScene, refusal } from '../support/hostile-scene.ts';

test('a second connection of one process is refused, and the first stays', async (t) => {
  const s = await hostileScene();
  const peer = await s.join();
  const second = await s.dial();
  second.sayHello();
  await s.clock.advance(5);
  t.is(refusal(second), 'already-connected');
  t.deepEqual(s.node.events.changes(peer.id), ['up']);
});

test('a second process with the key of a living node is refused, and the living one stays', async (t) => {
  const s = await hostileScene();
  const peer = await s.join('twin');
  const other = await s.dial('twin');
  other.sayHello({ session: new Uint8Array(16).fill(8), incarnation: 2 });
  await s.clock.advance(5);
  t.is(refusal(other), 'duplicate-identity');
  t.truthy(other.closed);
  t.is(peer.closed, undefined);
  t.true(upAt(s.node).includes(peer.id));
});

test('a node that is refused for its identity says so, and is not ready', async (t) => {
  const { clock, network, node, good } = await hostileScene();
  const twin = await startMemoryNode(network, {
    name: 'good',
    from: ['node'],
    at: 'memory:elsewhere',
  });
  await clock.advance(2_000);
  t.false(twin.mesh.ready);
  t.true(
    twin.logger.lines.some(
      ({ level, fields }) => level === 'error' && fields.code === 'duplicate-identity',
    ),
  );
  const error = await t.throwsAsync(twin.mesh.whenReady(AbortSignal.abort()));
  t.regex(error.message, /give each node a key of its own/);
  t.deepEqual(node.events.changes(good.id), ['up']);
});

test('a node whose counter of starts went backwards is refused', async (t) => {
  const s = await hostileScene();
  const peer = await s.dial();
  peer.sayHello({ incarnation: 5 });
  peer.sayAck(s.node.id);
  await s.clock.advance(5);
  const first = s.network.between(s.node.id, peer.id)[0];
  first?.lose('gone');
  const again = await s.dial();
  again.sayHello({ incarnation: 4, session: new Uint8Array(16).fill(8) });
  await s.clock.advance(5);
  t.is(refusal(again), 'stale-incarnation');
});

test('a start that was counted once cannot be used by two processes', async (t) => {
  const s = await hostileScene();
  const peer = await s.join();
  s.network.between(s.node.id, peer.id)[0]?.lose('gone');
  const again = await s.dial();
  again.sayHello({ session: new Uint8Array(16).fill(8) });
  await s.clock.advance(5);
  t.is(refusal(again), 'stale-incarnation');
});
