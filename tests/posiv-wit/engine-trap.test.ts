import { parse } from '@bytecodealliance/jco';
import test from 'ava';
import { engineTrap } from '#posiv-wit/abi/engine-trap.ts';
import { promising, suspending } from '#wasm-abi/bind/jspi.ts';

/** A guest that calls the host, catches whatever that throws, and gives 1. */
async function catcher(form: string): Promise<WebAssembly.Module> {
  return new WebAssembly.Module(
    new Uint8Array(
      await parse(
        `(module (import "host" "call" (func $call)) (func (export "run") (result i32) ${form} (i32.const 1)))`,
      ),
    ),
  );
}

for (const [what, form] of [
  ['try_table', '(block $caught (try_table (catch_all $caught) (call $call)))'],
  ['the older exception handling', 'try (call $call) catch_all end'],
] as const) {
  const run = async (call: () => unknown, waits: boolean): Promise<unknown> => {
    const ours = waits ? suspending(call) : call;
    const { exports } = new WebAssembly.Instance(await catcher(form), { host: { call: ours } });
    return promising(exports['run'])();
  };

  test(`a guest cannot catch it with ${what}, whether it waited for the host or not`, async (t) => {
    const expected = { instanceOf: WebAssembly.RuntimeError, message: 'that was all' };
    const fail = (): never => {
      throw engineTrap('that was all');
    };
    await t.throwsAsync(run(fail, false), expected);
    await t.throwsAsync(
      run(() => Promise.reject(engineTrap('that was all')), true),
      expected,
    );
    // What is told apart: anything else that the host throws, it does catch.
    const other = (): never => {
      throw new WebAssembly.RuntimeError('that was all');
    };
    t.is(await run(other, false), 1);
  });
}

test('each is an error of its own', (t) => {
  const [first, second] = [engineTrap('first'), engineTrap('second')];
  t.deepEqual([first.message, second.message], ['first', 'second']);
});
