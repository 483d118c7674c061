import test from 'ava';
import { ByNode } from '#kernel/lane/by-node.ts';

test('what a target has said something of has come to it, and so has all that was sent to it before', (t) => {
  const byNode = new ByNode();
  for (const id of [7, 3, 5]) byNode.sent('a', id);
  byNode.sent('b', 3);
  byNode.arrived('a', 3);
  t.true(byNode.isUnderWay('a'));
  byNode.arrived('a', 7); // late, after what was sent later
  t.true(byNode.isUnderWay('a'));
  byNode.arrived('a', 5);
  t.false(byNode.isUnderWay('a'));
  t.true(byNode.isUnderWay('b'));
});

test('an answer to what was never sent by the node says nothing', (t) => {
  const byNode = new ByNode();
  byNode.sent('a', 1);
  byNode.arrived('a', 2);
  byNode.arrived('b', 1);
  t.true(byNode.isUnderWay('a'));
});

test('who has been answered by too few keeps to the way of the node, and holds no more', (t) => {
  const byNode = new ByNode();
  for (let at = 0; at <= 1_024; at += 1) byNode.sent(`${at}`, 1);
  byNode.arrived('0', 1);
  t.true(byNode.isUnderWay('0'));
  t.true(byNode.isUnderWay('never sent to'));
});
