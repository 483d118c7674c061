import test from 'ava';
import { bundleUserWit } from '#posiv-wit/bundle.ts';
import { inspect } from '#wasm-abi/inspect.ts';
import { program, QUOTA, run, SOURCES } from '../guests.ts';
import { collector, command, fromJavascript, wasiWit } from './guests.ts';

const PRINT = `
  import { getStdout } from 'wasi:cli/stdout@0.2.12';
  function print(...words) {
    const stdout = getStdout(); // its handle is dropped when it is collected
    stdout.blockingWriteAndFlush(Uint8Array.from(words.join(' '), (each) => each.charCodeAt(0)));
  }`;

test('a program of POSIV in JavaScript may use WASI besides', async (t) => {
  const world =
    'package test:it;\n\nworld guest {\n  import posiv:kernel/vtask@0.1.0;\n  import wasi:cli/stdout@0.2.12;\n  export posiv:kernel/program@0.1.0;\n}\n';
  const source = `${PRINT}
    import { self } from 'posiv:kernel/vtask@0.1.0';
    export const program = {
      run(cmd) {
        print(self(), ...cmd, new Date().toISOString(), typeof Math.random());
        return 5;
      },
    };`;
  const wit = `${bundleUserWit(world, 'guest')}\n${await wasiWit()}`;
  const image = await fromJavascript(source, wit);
  t.true(inspect(image).imports.some((each) => each.startsWith('wasi:clocks/wall-clock@0.2.')));
  const told = collector();
  const resolve = () => ({ call: () => 'me', suspends: false });
  const wasi = { ...SOURCES, wallMs: () => 1_700_000_000_123 };
  const host = { resolve, write: told.write, wasi };
  const instance = await (await program(image)).instantiate(host, QUOTA);
  t.is(instance.start, undefined);
  t.deepEqual(await run(instance, ['a', 'b']), { ok: true, value: 5 });
  t.is(told.output, 'me a b 2023-11-14T22:13:20.123Z number');
});

test('a WASI command in JavaScript runs', async (t) => {
  const world = `package test:it;\n\nworld guest {\n  include wasi:cli/command@0.2.12;\n}\n\n${await wasiWit()}`;
  const source = `${PRINT}
    import { getArguments } from 'wasi:cli/environment@0.2.12';
    import { subscribeDuration } from 'wasi:clocks/monotonic-clock@0.2.12';
    import { getRandomBytes } from 'wasi:random/random@0.2.12';
    export const run = {
      run() {
        subscribeDuration(2000000).block();
        print(getArguments().join(), getRandomBytes(9).length);
      },
    };`;
  const told = collector();
  const image = await fromJavascript(source, world);
  t.is(await (await command(image, { args: ['x', 'y'] }, told.write)).start?.(), 0);
  t.is(told.output, 'x,y 9');
});
