import { parse } from '@bytecodealliance/jco';
import test from 'ava';
import { ok } from '#posiv-wit/result.ts';
import { type HostBinding, loadProgram, type Program } from '#wasm-abi/load.ts';
import { prepareImage } from '#wasm-abi/prepare.ts';
import { describe } from '#wasm-abi/trap.ts';
import { cacheDir, QUOTA, run, RUN, SOURCES } from '../guests.ts';

const PAGE = 65_536;
const RPC = '(param i32 i32 i32 i32 i32 i32 i32 i32)';
/** An rpc whose answer is stored at 16. */
const ASK = `(call $rpc (i32.const 512) (i32.const 1) (i32.const 512) (i32.const 1) (i32.const 0)
  (i32.const 512) (i32.const 0) (i32.const 16))`;
/** The same, catching whatever may be caught. */
const CATCHING = `(block $caught (try_table (catch_all $caught) ${ASK}))`;
/** What `run` gives: the first byte of the answer. */
const FIRST_BYTE = '(i32.load8_u (i32.load (i32.const 20)))';

/** Of a core image: what has room made for the answer of an rpc, and what else it needs. */
async function asking(realloc: string, more = '', ask = CATCHING): Promise<Program> {
  const wat = `(module (import "posiv:kernel/ipc@0.1.0" "rpc" (func $rpc ${RPC})) ${more}
    (memory (export "memory") 1)
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) ${realloc})
    (func (export "${RUN}") (param i32 i32) (result i32) (i32.store16 (i32.const 512) (i32.const 0x61)) ${ask}
      (i32.store8 (i32.const 8) (i32.const 0)) (i32.store (i32.const 12) ${FIRST_BYTE}) (i32.const 8)))`;
  const { key } = await prepareImage(new Uint8Array(await parse(wat)), { cacheDir });
  return loadProgram(cacheDir, key);
}

function answering(answer: () => unknown, wait = SOURCES.wait): HostBinding {
  const wasi = { ...SOURCES, wait };
  return {
    resolve: () => ({ call: () => Promise.resolve(answer()), suspends: true }),
    write: () => undefined,
    wasi,
  };
}

test('a cabi_realloc that grows its memory is stored to where it says', async (t) => {
  const grows = await asking(`(i32.mul (memory.grow (i32.const 1)) (i32.const ${PAGE}))`);
  const instance = await grows.instantiate(
    answering(() => ok(Uint8Array.of(7))),
    QUOTA,
  );
  t.deepEqual(await run(instance, []), ok(7));
});

test('a guest whose cabi_realloc throws does not go on in the middle of a call of its host', async (t) => {
  const throws = await asking('(throw $x)', '(tag $x)');
  const instance = await throws.instantiate(
    answering(() => ok(Uint8Array.of(7))),
    QUOTA,
  );
  const error = await t.throwsAsync(run(instance, []), { instanceOf: WebAssembly.RuntimeError });
  t.is(describe(error), 'trap: canonical ABI: cabi_realloc threw');
});

test('what is wrong as the host stores an answer is told as it is', async (t) => {
  const lies = await asking(`(i32.const ${PAGE})`);
  const instance = await lies.instantiate(
    answering(() => ok(Uint8Array.of(7))),
    QUOTA,
  );
  const error = await t.throwsAsync(run(instance, []));
  t.is(describe(error), `trap: canonical ABI: cabi_realloc gave ${PAGE} for 1 bytes`);
});

test('the depth that a guest runs out of stack at in cabi_realloc is told as such', async (t) => {
  const deep = await asking(
    '(call $deep)',
    '(func $deep (result i32) (i32.add (i32.const 1) (call $deep)))',
  );
  const instance = await deep.instantiate(
    answering(() => ok(Uint8Array.of(7))),
    QUOTA,
  );
  const error = await t.throwsAsync(run(instance, []));
  t.is(describe(error), 'trap: stack overflow');
});

test('an answer is what it was, though its bytes are used for something else while cabi_realloc sleeps', async (t) => {
  const sleeps = await asking(
    '(i64.store (i32.const 1048) (i64.const 1000000)) (drop (call $poll (i32.const 1024) (i32.const 2048) (i32.const 1) (i32.const 3072))) (i32.const 4096)',
    '(import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))',
  );
  const lent = Uint8Array.of(7);
  let slept = 0;
  const wait = async (): Promise<void> => {
    slept++;
    await new Promise(setImmediate);
    lent.fill(9);
  };
  const instance = await sleeps.instantiate(
    answering(() => ok(lent), wait),
    QUOTA,
  );
  t.deepEqual(await run(instance, []), ok(7));
  t.is(slept, 1);
});
