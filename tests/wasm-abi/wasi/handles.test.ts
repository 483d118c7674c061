import test from 'ava';
import { Handles, type HandleTable } from '#wasm-abi/wasi/handles.ts';
import { Resources } from '#wasm-abi/wasi/resources.ts';

class Stream {
  readonly kind = 'stream';
}

class Timer {
  readonly kind = 'timer';
}

/** The head of a table's list of free handles, when there are none: as the transpiler's code has it. */
const FLAG = 2 ** 30;

function table(): HandleTable {
  return [FLAG, 0];
}

/** As the transpiler's code drops a handle. */
function drop(from: HandleTable, handle: number): void {
  from[handle * 2] = (from[0] ?? 0) | FLAG;
  from[0] = handle | FLAG;
}

for (const [order, sort] of [
  ['one order', (a: HandleTable, b: HandleTable) => [a, b]],
  ['the other', (a: HandleTable, b: HandleTable) => [b, a]],
] as const) {
  test(`what a method gives goes to its own table, with the tables in ${order}`, (t) => {
    const resources = new Resources();
    const [streams, timers] = [table(), table()];
    const stream = new Stream();
    const handle = new Handles([streams], resources).open(stream);
    const both = new Handles(sort(streams, timers), resources);
    const self = { handle, thing: both.get(handle, Stream) };
    const timer = new Timer();
    const first = both.open(timer, self);
    const second = both.open(new Timer(), self);
    t.is(self.thing, stream);
    t.deepEqual([first, second], [1, 2]);
    t.is(timers.length, 6);
    t.is(streams.length, 4);
    // The same number means another thing of each kind.
    t.is(both.get(1, Timer), timer);
    t.is(both.get(1, Stream), stream);
  });
}

test('a handle that was dropped is used again, and the table does not grow', (t) => {
  const resources = new Resources();
  const streams = table();
  const handles = new Handles([streams], resources);
  for (let round = 0; round < 3; round++) handles.open(new Stream());
  drop(streams, 2);
  drop(streams, 1);
  t.throws(() => handles.get(1, Stream), { instanceOf: WebAssembly.RuntimeError });
  t.deepEqual(
    [1, 2, 3].map(() => handles.open(new Stream())),
    [1, 2, 4],
  );
  t.is(streams.length, 10);
});

for (const handle of [0, 2, -1, 0x4000_0000, 0x8000_0001, 0xffff_ffff, Number.NaN]) {
  test(`the number ${handle} is no handle where only 1 is`, (t) => {
    const handles = new Handles([table()], new Resources());
    handles.open(new Stream());
    t.throws(() => handles.get(handle, Stream), { instanceOf: WebAssembly.RuntimeError });
  });
}
