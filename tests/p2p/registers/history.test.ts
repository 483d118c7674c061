import test from 'ava';
import { isLinearizable, type Entry, type Operation } from './support/history.ts';

function entry(call: number, answered: number, operation: Operation): Entry {
  return { key: 'k', call, answered, operation };
}

function read(call: number, answered: number, version: number, value?: string): Entry {
  return entry(call, answered, { kind: 'read', found: { version, value } });
}

function write(call: number, answered: number, value: string, version?: number): Entry {
  const found = version === undefined ? undefined : { version, value, written: true };
  return entry(call, answered, { kind: 'write', value, found });
}

test('operations that overlap may have happened in either order', (t) => {
  t.true(isLinearizable([write(0, 10, 'x', 1), read(1, 9, 0)]));
  t.true(isLinearizable([write(0, 10, 'x', 1), read(1, 9, 1, 'x')]));
});

test('an operation that was answered is before any that begins later', (t) => {
  t.false(isLinearizable([write(0, 1, 'x', 1), read(2, 3, 0)]));
  t.true(isLinearizable([write(0, 1, 'x', 1), read(2, 3, 1, 'x')]));
});

test('of two reads one after another the later one does not see less', (t) => {
  const both = write(0, 10, 'x', 1);
  t.false(isLinearizable([both, read(1, 2, 1, 'x'), read(3, 4, 0)]));
  t.true(isLinearizable([both, read(1, 2, 0), read(3, 4, 1, 'x')]));
});

test('what is unknown may have happened at any later time, or never', (t) => {
  const unknown = write(0, Infinity, 'x');
  t.true(isLinearizable([unknown, read(1, 2, 0), read(50, 51, 1, 'x')]));
  t.true(isLinearizable([unknown, read(1, 2, 0), read(50, 51, 0)]));
  t.false(isLinearizable([unknown, read(1, 2, 1, 'x'), read(50, 51, 0)]));
  t.false(isLinearizable([read(0, 1, 1, 'x'), { ...unknown, call: 5 }]));
});

test('of two swaps of one version only one was made', (t) => {
  const swap = (value: string, version: number, found: string, written: boolean): Entry =>
    entry(0, 10, { kind: 'swap', expected: 0, value, found: { version, value: found, written } });
  t.true(isLinearizable([swap('x', 1, 'x', true), swap('y', 1, 'x', false)]));
  t.false(isLinearizable([swap('x', 1, 'x', true), swap('y', 1, 'y', true)]));
});

test('a value that nobody wrote cannot be read', (t) => {
  t.false(isLinearizable([read(0, 1, 1, 'x')]));
  t.false(isLinearizable([write(0, 1, 'x', 1), read(2, 3, 1, 'y')]));
});
