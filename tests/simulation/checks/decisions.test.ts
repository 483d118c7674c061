import test from 'ava';
import { Decisions } from './decisions.ts';

test('a node that decides in place of a component is found out', (t) => {
  const faults: string[] = [];
  const decisions = new Decisions((what) => faults.push(what));
  decisions.fellBack('m1', 'storage', 'unreachable');
  t.deepEqual(faults, ['m1 decided in place of its storage manager: unreachable']);
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
