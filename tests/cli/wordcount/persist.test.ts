import test from 'ava';
import { textOf } from '#cli/wordcount/persist.ts';

const one = { id: 'one', incarnation: 1, connected: true };
const two = { id: 'two', incarnation: 1, connected: true };

test('a node that was lost while some work was done is noticed, also when it has come and gone meanwhile', (t) => {
  const before = textOf([one, two]);
  t.is(textOf([two, one]), before);
  t.not(textOf([one, { ...two, connected: false }]), before);
  t.not(textOf([one, { ...two, incarnation: 2 }]), before);
  const away = textOf([one, { ...two, connected: false }]);
  t.not(textOf([one, { ...two, incarnation: 2, connected: false }]), away);
  t.not(textOf([]), before); // the one that was asked is gone
});
