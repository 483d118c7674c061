import test from 'ava';
import { Members } from '#p2p/membership/members.ts';
import { ProbeOrder } from '#p2p/membership/probe-order.ts';
import { seededRandom } from '../support/manual-clock.ts';
import { said } from './support/lone-member.ts';

interface Scene {
  members: Members;
  order: ProbeOrder;
  add(id: string): void;
  round(length: number): (string | undefined)[];
}

function scene(count: number): Scene {
  const random = seededRandom(3);
  const members = new Members(random);
  const order = new ProbeOrder(members, random);
  const add = (id: string): void => order.add(members.add(said(id, { tag: 'alive' })));
  for (let at = 0; at < count; at++) add(`m${at}`);
  return { members, order, add, round: (length) => Array.from({ length }, () => order.next()?.id) };
}

test('each member is probed once in a round, in another order each time', (t) => {
  const { round } = scene(20);
  const rounds = [round(20), round(20), round(20)];
  for (const one of rounds) t.is(new Set(one).size, 20);
  t.is(new Set(rounds.map((one) => one.join())).size, 3);
});

test('who joins in the middle of a round is probed in it', (t) => {
  const { add, round } = scene(20);
  round(5);
  add('late');
  t.true(round(16).includes('late'));
});

test('who is preferred is next', (t) => {
  const { members, order } = scene(20);
  order.prefer(members.get('m7')!);
  t.is(order.next()?.id, 'm7');
});

test('who is gone is not probed, and where all are there is nobody to probe', (t) => {
  const { members, order, round } = scene(3);
  members.put(members.get('m1')!, 'unreachable');
  const probed = new Set(round(10));
  t.true(probed.size === 2 && probed.has('m0') && probed.has('m2'));
  for (const id of ['m0', 'm2']) members.put(members.get(id)!, 'left');
  t.is(order.next(), undefined);
});
