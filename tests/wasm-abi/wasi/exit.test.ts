import { parse } from '@bytecodealliance/jco';
import test from 'ava';
import { choiceOf, wasiImage } from '#tests/hostile/guests/wasi-image.ts';
import { program, QUOTA, run, SOURCES } from '../guests.ts';
import { command } from './guests.ts';

const AROUND = (exit: string): string =>
  `(block $caught (try_table (catch_all $caught) (call $exit (i32.const ${exit}))))`;

test('a component that catches everything is ended by exit all the same', async (t) => {
  const image = await wasiImage({
    imports: { 'cli/exit': { exit: ['exit-with-code', 'i32'] } },
    bodies: [`${AROUND('7')} (i32.const 1)`],
  });
  const host = { resolve: () => undefined, write: () => undefined, wasi: SOURCES };
  const instance = await (await program(image)).instantiate(host, QUOTA);
  const error = await t.throwsAsync(run(instance, [choiceOf(0)]), { code: 'wasi-exit' });
  t.is((error as unknown as { status: number }).status, 7);
});

test('a command of preview 1 that catches everything is ended by proc_exit all the same', async (t) => {
  const image = await parse(`(module
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    (func (export "_start") ${AROUND('7')}))`);
  t.is(await (await command(new Uint8Array(image))).start?.(), 7);
});
