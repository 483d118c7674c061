import test from 'ava';
import { EarlyFrames } from '#node/early-frames.ts';
import type { NetworkEvents } from '#p2p/member.ts';

/** A network whose frames the test sends. */
function setUp() {
  let events: NetworkEvents | undefined;
  const early = new EarlyFrames({ listen: (each) => void (events = each) });
  const got: string[] = [];
  return {
    early,
    got,
    send: (node: string, frame: Uint8Array) => events!.onFrame(node, frame),
    down: (node: string) => events!.onDown(node, 'it is lost'),
    receive: (node: string, frame: Uint8Array) => void got.push(`${node} ${frame.join()}`),
  };
}

test('frames that come before there is a kernel reach it first, in order, and later ones at once', (t) => {
  const { early, got, send, receive } = setUp();
  const memory = Uint8Array.of(1, 2);
  send('a', memory);
  memory.fill(0); // the network uses it again
  send('b', Uint8Array.of(3));
  early.handOver(receive, () => t.fail());
  send('a', Uint8Array.of(4));
  t.deepEqual(got, ['a 1,2', 'b 3', 'a 4']);
});

test('one that the kernel refuses keeps it from none of the others', (t) => {
  const { early, got, send, receive } = setUp();
  send('a', Uint8Array.of(1));
  send('a', Uint8Array.of(2));
  const failures: string[] = [];
  early.handOver(
    (node, frame) => {
      if (frame[0] === 1) throw new Error('malformed');
      receive(node, frame);
    },
    (node, error) => failures.push(`${node} ${String(error)}`),
  );
  t.deepEqual(got, ['a 2']);
  t.deepEqual(failures, ['a Error: malformed']);
});

test('no more is kept than 4 MiB: who sends more is cut off, and hears that it is lost', (t) => {
  const { early, got, send, down, receive } = setUp();
  const half = new Uint8Array(2 << 20);
  send('a', half);
  send('b', half);
  t.throws(() => send('c', Uint8Array.of(1)), { code: 'too-much-held' });
  down('c');
  down('b');
  send('c', Uint8Array.of(1));
  early.handOver(
    (node) => receive(node, new Uint8Array(0)),
    () => t.fail(),
  );
  t.deepEqual(got, ['a ', 'c ']);
});

test('what came on a connection that is over reaches nobody: its node may have another life since', (t) => {
  const { early, got, send, down, receive } = setUp();
  send('a', Uint8Array.of(1));
  send('b', Uint8Array.of(2));
  down('a');
  send('a', Uint8Array.of(3));
  early.handOver(receive, () => t.fail());
  t.deepEqual(got, ['b 2', 'a 3']);
});

test('a node that connects again and again takes no room from the others', (t) => {
  const { early, got, send, down, receive } = setUp();
  for (let time = 0; time < 4; time += 1) {
    send('a', new Uint8Array(2 << 20));
    down('a');
  }
  send('b', Uint8Array.of(1));
  early.handOver(receive, () => t.fail());
  t.deepEqual(got, ['b 1']);
});
