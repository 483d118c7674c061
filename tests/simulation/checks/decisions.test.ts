import test from 'ava';
import { Decisions } from './decisions.ts';

test('a node may decide in place of a component only where it was stopped while it waited for an answer', (t) => {
  const faults: string[] = [];
  const decisions = new Decisions((what) => faults.push(what));
  decisions.fellBack('m0', 'task', 'no answer within 5000 ms', 20);
  t.deepEqual(faults, []);
  decisions.fellBack('m0', 'task', 'no answer within 5000 ms', Infinity);
  decisions.fellBack('m1', 'storage', 'unreachable', 20);
  t.deepEqual(faults, [
    'm0 decided in place of its task manager: no answer within 5000 ms',
    'm1 decided in place of its storage manager: unreachable',
  ]);
});

test('components that leave out one function of one manager are found out', (t) => {
  const faults: string[] = [];
  const decisions = new Decisions((what) => faults.push(what));
  const all = ['resource#place', 'storage#keep', 'task#assign', 'task#schedule'];
  for (const each of [...all, 'security#attenuate'])
    decisions.taken(`posiv:managers/${each.replace('#', '@0.1.0#')}`);
  decisions.finish();
  t.deepEqual(faults, [
    'no component has decided anything by posiv:managers/distribution@0.1.0#rank',
  ]);
  t.is(decisions.count, 5);
});
