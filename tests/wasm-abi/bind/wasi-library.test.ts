import test from 'ava';
import { turnTimes } from '#tests/support/turn-times.ts';
import { program, QUOTA, SOURCES, wasiGuest } from '#tests/wasm-abi/guests.ts';
import { nextWasi } from '#wasm-abi/bind/wasi-library.ts';

/** Node's own list of the modules of its that a process has loaded. */
const loaded = (): readonly string[] =>
  (process as unknown as { readonly moduleLoadList: readonly string[] }).moduleLoadList;

test.serial(
  'the first command of a thread is made in parts, between which others have their turn',
  async (t) => {
    const hello = await program(await wasiGuest('hello'));
    const host = { resolve: () => undefined, write: () => undefined, wasi: SOURCES };
    const times = await turnTimes(() => hello.instantiate(host, QUOTA));
    const worked = times.filter((ms) => ms > 0.3); // in the others it waited
    t.true(worked.length >= 4, `${worked.join(', ')} ms`);
  },
);

test.serial(
  'a copy of the library is made without loading what Node needs for the network',
  async (t) => {
    const before = new Set(loaded());
    const Library = await nextWasi();
    t.truthy(new Library({ args: ['vtask'], env: {} }));
    t.deepEqual(
      loaded().filter((name) => !before.has(name) && name.includes('undici')),
      [],
    );
  },
);
