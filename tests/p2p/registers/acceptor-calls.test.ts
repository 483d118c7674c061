import test from 'ava';
import type { AcceptorRequests, AcceptorResult } from '#posiv-wit/generated/p2p/registers.ts';
import { AcceptorCalls } from '#p2p/registers/acceptor-calls.ts';
import { decodeFrame } from '#p2p/registers/register-frames.ts';
import { MAX_VALUE_BYTES } from '#p2p/registers/register-state.ts';
import { MAX_KERNEL_FRAME_BYTES } from '#p2p/wire-format.ts';

const ACCEPTOR = 'n1.0000000000000000';
const QUERY = { tag: 'query', val: 'k' } as const;
const HOLDING = { tag: 'holding', val: undefined } as const;

/** Calls whose turn ends when the test says so, and what they sent. */
function made(): {
  calls: AcceptorCalls;
  sent: { to: string; bytes: number; requests: AcceptorRequests }[];
  endTurn: () => void;
} {
  const turn: (() => void)[] = [];
  const sent: { to: string; bytes: number; requests: AcceptorRequests }[] = [];
  const send = (to: string, bytes: Uint8Array): void => {
    const { tag, val } = decodeFrame(bytes);
    if (tag === 'requests') sent.push({ to, bytes: bytes.length, requests: val });
  };
  const calls = new AcceptorCalls({ tick: (run) => void turn.push(run), send }, 'p');
  return { calls, sent, endTurn: () => turn.splice(0).forEach((run) => run()) };
}

test('requests of one turn go in one frame to the node of the acceptor, what ended meanwhile does not', (t) => {
  const { calls, sent, endTurn } = made();
  for (const key of ['a', 'b', 'c']) {
    const call = calls.ask(ACCEPTOR, 7, { tag: 'query', val: key }, () => undefined);
    if (key === 'b') call.end();
  }
  t.is(sent.length, 0);
  endTurn();
  t.is(sent.length, 1);
  t.is(sent[0]!.to, 'n1');
  const { acceptor, proposer, requests } = sent[0]!.requests;
  t.deepEqual([acceptor, proposer], [ACCEPTOR, 'p']);
  t.deepEqual(
    requests.map(({ epoch, operation }) => [epoch, operation.val]),
    [
      [7, 'a'],
      [7, 'c'],
    ],
  );
});

test('an answer is taken from the acceptor that was asked, by the start that asked, until the end', (t) => {
  const { calls, sent, endTurn } = made();
  const results: AcceptorResult[] = [];
  const call = calls.ask(ACCEPTOR, 1, QUERY, (result) => results.push(result));
  endTurn();
  const { id } = sent[0]!.requests.requests[0]!;
  const answers = [{ id, result: HOLDING }];
  const other = 'n1.1111111111111111';
  calls.receive('n2', { acceptor: ACCEPTOR, proposer: 'p', answers });
  calls.receive('n1', { acceptor: other, proposer: 'p', answers });
  calls.receive('n1', { acceptor: ACCEPTOR, proposer: 'q', answers });
  calls.receive('n1', {
    acceptor: ACCEPTOR,
    proposer: 'p',
    answers: [{ id: id + 1, result: HOLDING }],
  });
  t.deepEqual(results, []);
  calls.receive('n1', { acceptor: ACCEPTOR, proposer: 'p', answers });
  t.deepEqual(results, [HOLDING]);
  call.end();
  calls.receive('n1', { acceptor: ACCEPTOR, proposer: 'p', answers });
  t.is(results.length, 1);
});

test('however much is asked in one turn, no frame is longer than the wire takes', (t) => {
  const { calls, sent, endTurn } = made();
  const state = { version: 1, value: new Uint8Array(MAX_VALUE_BYTES), recent: [new Uint8Array(8)] };
  const ballot = { counter: 1, proposer: 'p' };
  const acceptance = { ballot, state, next: { ...ballot, counter: 2 } };
  for (let at = 0; at < 100; at += 1)
    calls.ask(ACCEPTOR, 1, { tag: 'accept', val: { key: `k${at}`, acceptance } }, () => undefined);
  endTurn();
  t.true(sent.length > 1);
  t.is(
    sent.reduce((sum, { requests }) => sum + requests.requests.length, 0),
    100,
  );
  for (const { bytes } of sent) t.true(bytes < MAX_KERNEL_FRAME_BYTES);
});
