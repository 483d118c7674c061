import test from 'ava';
import { passing } from '#kernel/ipc/passing.ts';
import { SendsOfNodes } from '#kernel/sends-of-nodes.ts';
import { ok } from '#posiv-wit/result.ts';

const NODE = 'n';
const BODY = new Uint8Array(0);

function message(sender: string, id: number, target = 'target') {
  const val = { sender, target, id, identity: 'note', body: BODY, remainingMs: 1 };
  return passing({ tag: 'message', val });
}

function turn(tag: 'parked' | 'room', caller: string, id: number, target = 'target') {
  return passing({ tag, val: { caller, id, target } });
}

function answer(caller: string, id: number, target = 'target') {
  return passing({ tag: 'answer', val: { caller, id, target, outcome: ok(BODY) } });
}

function withdraw(caller: string, id: number, target = 'target') {
  return passing({ tag: 'withdraw', val: { caller, id, target } });
}

test('what is parked comes once more when it is told that there is room, and not before', (t) => {
  const sends = new SendsOfNodes();
  t.is(sends.came(NODE, message('sender', 1)), 'goes-on');
  sends.told(NODE, turn('parked', 'sender', 1));
  t.is(sends.came(NODE, message('sender', 1)), 'is-out');
  sends.told(NODE, turn('room', 'sender', 1));
  t.is(sends.came(NODE, message('sender', 1, 'another')), 'is-out');
  t.is(sends.came(NODE, message('sender', 1)), 'goes-on');
  t.is(sends.came(NODE, message('sender', 1)), 'is-out');
  t.is(sends.of(NODE), 1);
});

test('what is answered or taken back is not out any more, and only by those that it is between', (t) => {
  const sends = new SendsOfNodes();
  for (const id of [1, 2]) sends.came(NODE, message('sender', id));
  sends.told('m', answer('sender', 1));
  sends.told(NODE, answer('sender', 1, 'another'));
  t.false(sends.withdrawn(NODE, withdraw('sender', 2, 'another')));
  t.false(sends.withdrawn('m', withdraw('sender', 2)));
  t.is(sends.of(NODE), 2);
  sends.told(NODE, answer('sender', 1));
  t.true(sends.withdrawn(NODE, withdraw('sender', 2)));
  t.false(sends.withdrawn(NODE, withdraw('sender', 2)));
  t.is(sends.of(NODE), 0);
  t.is(sends.came(NODE, message('sender', 1)), 'goes-on');
});

test('what nobody will answer any more is not out', (t) => {
  const sends = new SendsOfNodes();
  sends.came(NODE, message('sender', 1));
  sends.came(NODE, message('sender', 2, 'gone'));
  sends.came(NODE, message('gone', 3));
  sends.targetsGone(['gone']);
  t.is(sends.of(NODE), 2);
  sends.sendersGone('m', ['gone']);
  t.is(sends.of(NODE), 2);
  sends.sendersGone(NODE, ['gone']);
  t.is(sends.of(NODE), 1);
  sends.nodeDown(NODE);
  t.is(sends.of(NODE), 0);
});

test('a message that its sender does not wait for is not counted: its credit is', (t) => {
  const sends = new SendsOfNodes();
  for (let time = 0; time < 3; time += 1) t.is(sends.came(NODE, message('sender', 0)), 'goes-on');
  t.is(sends.of(NODE), 0);
});
