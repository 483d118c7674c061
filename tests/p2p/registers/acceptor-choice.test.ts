import test from 'ava';
import {
  acceptorsFor,
  chooseAcceptors,
  type AcceptorCandidate,
} from '#p2p/registers/acceptor-choice.ts';

const LOST_AFTER_MS = 30_000;
const idOf = (node: string, log = 0): string => `${node}.${String(log).padStart(16, '0')}`;

function up(node: string, log = 0): AcceptorCandidate {
  return { node, acceptor: idOf(node, log), reachable: true, silentMs: 0 };
}

function allUp(nodes: string): AcceptorCandidate[] {
  return nodes.split('').map((node) => up(node));
}

function silent(node: string, silentMs = LOST_AFTER_MS): AcceptorCandidate {
  return { ...up(node), reachable: false, silentMs };
}

/** The nodes that are chosen, by their names. */
function chosen(present: string, members: readonly AcceptorCandidate[]): string {
  const configuration = { epoch: 1, acceptors: present.split('').map((node) => idOf(node)) };
  const acceptors = chooseAcceptors(configuration, members, LOST_AFTER_MS);
  return acceptors.map((each) => each.split('.')[0]).join('');
}

test('one or two members have one acceptor, three or four have three, more have five', (t) => {
  t.deepEqual([1, 2, 3, 4, 5, 6, 100].map(acceptorsFor), [1, 1, 3, 3, 5, 5, 5]);
  const members = allUp('abcdefg');
  const grown = members.map((_, at) => chosen('a', members.slice(0, at + 1)));
  t.deepEqual(grown, ['a', 'a', 'abc', 'abc', 'abcde', 'abcde', 'abcde']);
});

test('acceptors stay, whoever else comes; newcomers are taken by the order of their ids', (t) => {
  t.is(chosen('d', allUp('dcba')), 'dab');
  t.is(chosen('dcb', allUp('abcd')), 'dcb');
});

test('one that was silent for long is replaced if anybody can take its place', (t) => {
  t.is(chosen('abc', [silent('a', LOST_AFTER_MS - 1), ...allUp('bcd')]), 'abc');
  t.is(chosen('abc', [silent('a'), ...allUp('bcd')]), 'bcd');
  t.is(chosen('abc', [silent('a'), up('b'), up('c')]), 'bca');
});

test('of five, two of which are lost for good, three remain: they bear the loss of one more', (t) => {
  t.is(chosen('abcde', [silent('a'), ...allUp('bcde')]), 'bcdea');
  t.is(chosen('abcde', [silent('a'), silent('b'), up('c'), up('d'), up('e')]), 'cde');
});

test('who is no member any more is not kept, nor an acceptor whose log is gone', (t) => {
  t.is(chosen('abc', [up('b'), up('c')]), 'b');
  t.is(chosen('abc', allUp('bcd')), 'bcd');
  const configuration = { epoch: 7, acceptors: ['a', 'b', 'c'].map((node) => idOf(node)) };
  const members = [up('a', 1), up('b'), up('c')];
  t.deepEqual(chooseAcceptors(configuration, members, LOST_AFTER_MS), [
    idOf('b'),
    idOf('c'),
    idOf('a', 1),
  ]);
});

test('two acceptors, half-way to three when the third went, become one again', (t) => {
  t.is(chosen('ab', [up('a'), up('b'), silent('c')]), 'a');
});

test('where nobody is left to choose the acceptors stay as they are', (t) => {
  t.is(chosen('a', []), 'a');
});
