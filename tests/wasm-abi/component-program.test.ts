import { parse } from '@bytecodealliance/jco';
import test from 'ava';
import { loadProgram, type Instance, type Program } from '#wasm-abi/load.ts';
import { prepareImage } from '#wasm-abi/prepare.ts';
import { FamilyHost } from './family-host.ts';
import { cacheDir, cGuest, ended, program, QUOTA, RUN, SOURCES, tsGuest } from './guests.ts';
import { GO_ON, Scripted, TRAP } from './preemptions.ts';

const host = new FamilyHost();

const LIFTED = `(type $result (result u32 (error string)))
  (func $run (param "cmd" (list string)) (result $result) (canon lift (core func $main "${RUN}")
    (memory (core memory $main "memory")) (realloc (core func $main "cabi_realloc"))))
  (instance $program (export "run" (func $run)))
  (export "posiv:kernel/program@0.1.0" (instance $program))`;

/** The core module of a program whose `run` does this and ends with what it leaves. */
function mainModule(more: string, body: string): string {
  return `(core module $Main ${more} (memory (export "memory") 1)
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
    (func (export "${RUN}") (param i32 i32) (result i32)
      (i32.store8 (i32.const 8) (i32.const 0)) (i32.store (i32.const 12) ${body}) (i32.const 8)))`;
}

async function component(wat: string, mode: 'epoch' | 'fuel' = 'epoch'): Promise<Program> {
  const image = new Uint8Array(await parse(`(component ${wat})`));
  const { key } = await prepareImage(image, { cacheDir, mode });
  return loadProgram(cacheDir, key);
}

/** Adds to a global of another core, one that it imports, and its own, and gives the sum: 111 at the first time. */
const THREE_CORES = `
  (core module $Shared (global (export "counter") (mut i32) (i32.const 0)))
  (core module $Other (import "shared" "counter" (global $counter (mut i32))) (global $own (mut i32) (i32.const 0))
    (func (export "add") (result i32) (global.set $counter (i32.add (global.get $counter) (i32.const 10)))
      (global.set $own (i32.add (global.get $own) (i32.const 100))) (global.get $own)))
  ${mainModule(
    '(import "other" "add" (func $add (result i32))) (import "shared" "counter" (global $counter (mut i32)))',
    '(i32.add (call $add) (i32.add (global.get $counter) (i32.const 1)))',
  )}
  (core instance $shared (instantiate $Shared))
  (core instance $other (instantiate $Other (with "shared" (instance $shared))))
  (core instance $main (instantiate $Main (with "other" (instance $other)) (with "shared" (instance $shared))))
  ${LIFTED}`;

test('a component that is killed where its stack is suspended, or has trapped or grown, is not used again', async (t) => {
  const guest = await program(await cGuest('leaves'));
  const { promise, reject } = Promise.withResolvers();
  const suspended = await guest.instantiate(new FamilyHost({ rpc: () => promise }), QUOTA);
  const running = ended(suspended, 'ask');
  t.true(suspended.recycle!() > 0);
  reject(new Error('killed'));
  await t.throwsAsync(running, { message: 'killed' });
  const trapped = await guest.instantiate(host, QUOTA);
  await t.throwsAsync(ended(trapped, 'trap'), { instanceOf: WebAssembly.RuntimeError });
  t.true(trapped.recycle!() > 0);
  const grown = await guest.instantiate(host, QUOTA);
  await ended(grown, 'grow');
  t.true(grown.recycle!() > 0);
  t.is(guest.reuse?.(host, QUOTA), undefined);
});

test('all cores of a component are put back, also what they share', async (t) => {
  const guest = await component(THREE_CORES);
  const instance = await guest.instantiate(host, QUOTA);
  t.is(await ended(instance), 111);
  t.is(await ended(instance), 221);
  t.is(instance.recycle?.(), 0);
  t.is(await ended(guest.reuse?.(host, QUOTA)), 111);
});

test('each core of a component is interrupted by whoever schedules whom it is for', async (t) => {
  const loop = (rounds: string) =>
    `(loop $l (br_if $l (local.tee $i (i32.sub (local.get $i) (i32.const 1))))) ${rounds}`;
  const guest = await component(`
    (core module $Other (func (export "spin") (param $i i32) (result i32) ${loop('(i32.const 1)')}))
    ${mainModule('(import "other" "spin" (func $spin (param i32) (result i32)))', '(call $spin (i32.const 9))')}
    (core instance $other (instantiate $Other))
    (core instance $main (instantiate $Main (with "other" (instance $other)))) ${LIFTED}`);
  const first = new Scripted([GO_ON]);
  const instance = await guest.instantiate(host, { ...QUOTA, preemption: first });
  await ended(instance);
  const { ticks, flag } = first;
  t.true(ticks > 0);
  t.is(instance.recycle?.(), 0);
  const killed = { flag, tick: () => TRAP, pause: () => Promise.resolve() };
  await t.throwsAsync(ended(guest.reuse?.(host, { ...QUOTA, preemption: killed })), {
    instanceOf: WebAssembly.RuntimeError,
  });
  t.is(first.ticks, ticks);
});

test('each core of a component has as much fuel as in a new one', async (t) => {
  const guest = await component(
    THREE_CORES.replaceAll(
      '(result i32) (global.set $counter',
      '(result i32) (local $i i32) (local.set $i (i32.const 90)) (loop $l (br_if $l (local.tee $i (i32.sub (local.get $i) (i32.const 1))))) (global.set $counter',
    ),
    'fuel',
  );
  const { flag } = new Scripted([GO_ON]);
  const preempted = () => Object.assign(new Scripted([GO_ON], 1_000), { flag });
  const runs = async (instance: Instance | undefined, preemption: Scripted) => {
    const ticks = [];
    for (let left = 7; left > 0; left--) {
      await ended(instance);
      ticks.push(preemption.ticks);
    }
    t.is(instance?.recycle?.(), 0);
    return ticks;
  };
  const [one, two] = [preempted(), preempted()];
  const fresh = await runs(await guest.instantiate(host, { ...QUOTA, preemption: one }), one);
  t.true(fresh.at(-1)! > 0);
  const reused = guest.reuse?.(host, { ...QUOTA, preemption: two });
  t.deepEqual(await runs(reused, two), fresh);
});

/** A component in which one of two calls the other through an adapter, whose result goes over memory. */
const TWO_COMPONENTS = `
  (component $Counter
    (core module $M (memory (export "memory") 1) (global $calls (mut i32) (i32.const 0))
      (func (export "count") (param i64) (result i32)
        (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
        (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (global.get $calls))) (i32.load (i32.const 0))))
    (core instance $m (instantiate $M))
    (func (export "count") (param "by" u64) (result u32) (canon lift (core func $m "count"))))
  (component $Program
    (import "count" (func $count (param "by" u64) (result u32)))
    (core func $lowered (canon lower (func $count)))
    ${mainModule('(import "other" "count" (func $count (param i64) (result i32)))', '(call $count (i64.const 1))')}
    (core instance $main (instantiate $Main (with "other" (instance (export "count" (func $lowered))))))
    ${LIFTED})
  (instance $counter (instantiate $Counter))
  (instance $program (instantiate $Program (with "count" (func $counter "count"))))
  (export "posiv:kernel/program@0.1.0" (instance $program "posiv:kernel/program@0.1.0"))`;

test('a component of several, with adapters between them, is put back', async (t) => {
  const guest = await component(TWO_COMPONENTS);
  const instance = await guest.instantiate(host, QUOTA);
  t.is(await ended(instance), 1);
  t.is(await ended(instance), 3);
  t.is(instance.recycle?.(), 0);
  t.is(await ended(guest.reuse?.(host, QUOTA)), 1);
});

test('what a component keeps of its task where adapters do is put back', async (t) => {
  // The names under which adapters import these are theirs by convention: a module of the image gets the same.
  const guest = await component(`
    (core module $Slots (func (export "get0") (result i32) (i32.const 7)) (func (export "set0") (param i32)))
    ${mainModule(
      '(import "context" "get0" (func $get (result i32))) (import "context" "set0" (func $set (param i32)))',
      '(call $get) (call $set (i32.const 7))',
    )}
    (core instance $slots (instantiate $Slots))
    (core instance $main (instantiate $Main (with "context" (instance $slots)))) ${LIFTED}`);
  const instance = await guest.instantiate(host, QUOTA);
  t.is(await ended(instance), 0);
  t.is(await ended(instance), 7);
  t.is(instance.recycle?.(), 0);
  t.is(await ended(guest.reuse?.(host, QUOTA)), 0);
});

/** A component with a resource of its own, whose `run` does this. */
function withResource(body: string, start = ''): string {
  return `(type $r (resource (rep i32)))
    (core func $new (canon resource.new $r))
    (core func $drop (canon resource.drop $r))
    ${mainModule(
      `(import "r" "new" (func $new (param i32) (result i32))) (import "r" "drop" (func $drop (param i32)))
      (func $start ${start}) (start $start)`,
      body,
    )}
    (core instance $main (instantiate $Main
      (with "r" (instance (export "new" (func $new)) (export "drop" (func $drop)))))) ${LIFTED}`;
}

test('one that has made a resource of its own, which the linking code keeps, is not used again', async (t) => {
  const guest = await component(withResource('(call $new (i32.const 1))'));
  const instance = await guest.instantiate(host, QUOTA);
  t.is(await ended(instance), 1);
  t.true(instance.recycle!() > 0);
  t.is(guest.reuse?.(host, QUOTA), undefined);
});

test('one that could have made a resource but did not is used again', async (t) => {
  const guest = await component(withResource('(i32.const 3)'));
  const instance = await guest.instantiate(host, QUOTA);
  t.is(await ended(instance), 3);
  t.is(instance.recycle?.(), 0);
  t.is(await ended(guest.reuse?.(host, QUOTA)), 3);
});

const PLAIN = `${mainModule('', '(i32.const 5)')} (core instance $main (instantiate $Main)) ${LIFTED}`;
const EXIT = `(import "posiv:kernel/vtask@0.1.0" (instance $vtask (export "exit" (func (param "status" u32)))))
  (core func $exit (canon lower (func $vtask "exit")))`;
const COMMAND = `(core module $C (func (export "wasi:cli/run@0.2.0#run") (result i32) (i32.const 0)))
  (core instance $c (instantiate $C))
  (func $cmd (result (result)) (canon lift (core func $c "wasi:cli/run@0.2.0#run")))
  (instance $cmds (export "run" (func $cmd))) (export "wasi:cli/run@0.2.0" (instance $cmds))`;

for (const [what, wat] of [
  [
    'changes a table of another core',
    `(core module $Table (table (export "table") 1 funcref)) (core instance $table (instantiate $Table))
    ${mainModule(
      '(import "other" "table" (table 1 funcref)) (func (table.set (i32.const 0) (ref.null func)))',
      '(i32.const 5)',
    )} (core instance $main (instantiate $Main (with "other" (instance $table)))) ${LIFTED}`,
  ],
  [
    'drops a segment in one core of several',
    `(core module $Other (memory 1) (data $d "x") (func (data.drop $d))) (core instance (instantiate $Other)) ${PLAIN}`,
  ],
  [
    'has more globals in all than are worth to be put back',
    `(core module $Many ${'(global (mut i32) (i32.const 0))'.repeat(64)})
    ${'(core instance (instantiate $Many))'.repeat(5)} ${PLAIN}`,
  ],
  [
    'has more memory in all than is worth to be put back',
    `(core module $Other (memory 64)) ${'(core instance (instantiate $Other))'.repeat(2)} ${PLAIN}`,
  ],
  [
    'calls the host as one of its cores starts',
    `${EXIT} ${mainModule('', '(i32.const 5)')}
    (core module $Starts (import "host" "exit" (func $exit (param i32))) (func $s (call $exit (i32.const 1))) (start $s))
    (core instance (instantiate $Starts (with "host" (instance (export "exit" (func $exit))))))
    (core instance $main (instantiate $Main)) ${LIFTED}`,
  ],
  [
    'makes a resource as it starts',
    withResource('(i32.const 5)', '(drop (call $new (i32.const 1)))'),
  ],
] as const) {
  test(`a component that ${what} has instances that are used once`, async (t) => {
    const guest = await component(wat);
    const instance = await guest.instantiate(new FamilyHost({ exit: () => undefined }), QUOTA);
    t.is(await ended(instance), 5);
    t.is(instance.recycle, undefined);
  });
}

test('commands and what imports WASI have instances that are used once', async (t) => {
  const withWasi = Object.assign(new FamilyHost(), { wasi: SOURCES });
  const error = '(import "wasi:io/error@0.2.0" (instance (export "error" (type (sub resource)))))';
  for (const wat of [COMMAND, `${error} ${PLAIN}`]) {
    const guest = await component(wat);
    t.is((await guest.instantiate(withWasi, QUOTA)).recycle, undefined);
    t.is(guest.reuse?.(withWasi, QUOTA), undefined);
  }
});

test('a guest in TypeScript is put back, with all that its engine has', async (t) => {
  const guest = await program(await tsGuest('values'));
  const echo = new FamilyHost({ rpc: (...params: unknown[]) => ({ ok: true, value: params[3] }) });
  let instance: Instance | undefined = await guest.instantiate(echo, QUOTA);
  for (const cmd of [['a', 'bcd'], ['\u{1f30d}'], ['x'.repeat(100)]]) {
    t.is(await ended(instance, ...cmd), Buffer.byteLength(cmd.join('|')));
    t.is(instance?.recycle?.(), 0);
    instance = guest.reuse?.(echo, QUOTA);
  }
});
