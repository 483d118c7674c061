import test from 'ava';
import { Dissemination } from '#p2p/membership/dissemination.ts';
import { sizeOf } from '#p2p/membership/packet.ts';
import { B, C, D, said } from './support/lone-member.ts';

const ALIVE = { tag: 'alive' } as const;
const ROOM = 1_024;

function suspect(node: string, accuser: string): ReturnType<typeof said> {
  return said(node, { tag: 'suspect', val: { accuser, closed: false } });
}

test('each piece of news is sent as often as it may be, and then is news no more', (t) => {
  const news = new Dissemination();
  news.add(said(B, ALIVE));
  const sent = Array.from({ length: 5 }, () => news.take(ROOM, 3).length);
  t.deepEqual(sent, [1, 1, 1, 0, 0]);
  t.true(news.isEmpty);
});

test('what was sent least goes first when there is no room for all', (t) => {
  const news = new Dissemination();
  const room = sizeOf(said(B, ALIVE)) * 2;
  news.add(said(B, ALIVE));
  t.deepEqual(
    news.take(room, 9).map(({ node }) => node),
    [B],
  );
  for (const node of [C, D]) news.add(said(node, ALIVE));
  t.deepEqual(
    news.take(room, 9).map(({ node }) => node),
    [C, D],
  );
});

test('the news in a packet takes no more bytes than it may', (t) => {
  const news = new Dissemination();
  for (let at = 0; at < 1_000; at++) news.add(said(`n${String(at).padStart(16, 'a')}`, ALIVE));
  const taken = news.take(ROOM, 9);
  const bytes = taken.reduce((sum, statement) => sum + sizeOf(statement), 0);
  t.true(bytes <= ROOM && bytes > ROOM - 30, `${bytes} bytes`);
});

test('what is newer of a node takes the place of what was said before', (t) => {
  const news = new Dissemination();
  news.add(said(B, ALIVE));
  news.add(suspect(B, C));
  news.take(ROOM, 9);
  news.add(said(B, ALIVE, { refutations: 1 }));
  t.deepEqual(news.take(ROOM, 9), [said(B, ALIVE, { refutations: 1 })]);
});

test('suspicions of one node by several accusers are all told', (t) => {
  const news = new Dissemination();
  news.add(suspect(B, C));
  news.add(suspect(B, D));
  news.add(suspect(B, D));
  t.deepEqual(news.take(ROOM, 9), [suspect(B, C), suspect(B, D)]);
});
