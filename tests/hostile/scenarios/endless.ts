import { encode } from 'cborg';
import type { Attacker } from '../attacker.ts';
import { endless, ends } from '../families.ts';
import { coreImage, type CoreText } from '../guests/core-image.ts';
import type { Scenario } from '../scenario.ts';

const NOTHING = '(i32.const 0)';
const SPIN = '(loop $spin (br $spin)) (unreachable)';

/** Calls itself twice at each of so many levels: never ends, and never overflows its stack. */
const tree = (call: string): string =>
  `(func $tree (param i32) (if (local.get 0) (then ${call} ${call})))`;
const BELOW = '(i32.sub (local.get 0) (i32.const 1))';
const CLIMB = `(call $tree (i32.const 1000)) ${NOTHING}`;

const FORMS: readonly (readonly [string, string, CoreText])[] = [
  ['loop', 'an empty loop', { run: SPIN }],
  ['call', 'a recursion without end', { run: CLIMB, fields: tree(`(call $tree ${BELOW})`) }],
  [
    'call_indirect',
    'a recursion through a table',
    {
      run: CLIMB,
      fields: `(type $t (func (param i32))) (table funcref (elem $tree))
        ${tree(`(call_indirect (type $t) ${BELOW} (i32.const 0))`)}`,
    },
  ],
  [
    'call_ref',
    'a recursion through a reference',
    {
      run: CLIMB,
      fields: `(type $t (func (param i32))) (elem declare func $tree)
        ${tree(`(call_ref $t ${BELOW} (ref.func $tree))`)}`,
    },
  ],
  [
    'mutual recursion',
    'two functions that call one another',
    {
      run: CLIMB,
      fields: `${tree(`(call $other ${BELOW})`)} (func $other (param i32) (call $tree (local.get 0)))`,
    },
  ],
  [
    'return_call',
    'tail calls',
    { run: '(call $f) (unreachable)', fields: '(func $f (return_call $f))' },
  ],
  [
    'return_call_indirect',
    'tail calls through a table',
    {
      run: '(call $f) (unreachable)',
      fields: `(type $t (func)) (table funcref (elem $f))
        (func $f (return_call_indirect (type $t) (i32.const 0)))`,
    },
  ],
  [
    'start function',
    'a loop before its instance exists',
    { fields: `(func $s ${SPIN}) (start $s)` },
  ],
  [
    '_initialize',
    'a loop in the constructors of a reactor',
    { fields: `(func (export "_initialize") ${SPIN})` },
  ],
  [
    'catch_all',
    'loops in which everything is caught',
    {
      run: `(loop $again (block $caught (try_table (catch_all $caught) (loop $spin (br $spin)))) (br $again))
        (unreachable)`,
    },
  ],
  [
    'catch_all, old',
    'the same with the older exception handling',
    {
      run: '(loop $again try (loop $spin (br $spin)) catch_all end (br $again)) (unreachable)',
    },
  ],
  [
    'catch_all, waiting',
    'waits, and catches whatever ends the wait',
    {
      imports: ['receive'],
      run: `(loop $again (block $caught (try_table (catch_all $caught)
          (call $receive (i32.const -1) (i32.const 1040)))) (br $again)) (unreachable)`,
    },
  ],
  [
    'memory.fill',
    'fills 200 MiB, over and over',
    {
      memory: '3200',
      run: `(loop $l (memory.fill (i32.const 65536) (i32.const 7) (i32.const 209649664)) (br $l)) (unreachable)`,
    },
  ],
  [
    'memory.copy',
    'copies 100 MiB, over and over',
    {
      memory: '3200',
      run: `(loop $l (memory.copy (i32.const 65536) (i32.const 104857600) (i32.const 104857600)) (br $l))
        (unreachable)`,
    },
  ],
  [
    'table.fill',
    'fills the largest table, over and over',
    {
      run: '(loop $l (table.fill (i32.const 0) (ref.null func) (i32.const 65536)) (br $l)) (unreachable)',
      fields: '(table 65536 65536 funcref)',
    },
  ],
  [
    'memory.init',
    'copies a megabyte of its image into its memory, over and over',
    {
      memory: '32',
      run: '(loop $l (memory.init $d (i32.const 65536) (i32.const 0) (i32.const 1048576)) (br $l)) (unreachable)',
      fields: `(data $d "${'x'.repeat(2 ** 20)}")`,
    },
  ],
  [
    'table.copy',
    'copies the largest table over itself, over and over',
    {
      run: '(loop $l (table.copy (i32.const 0) (i32.const 1) (i32.const 65535)) (br $l)) (unreachable)',
      fields: '(table 65536 65536 funcref)',
    },
  ],
  [
    'table.init',
    'fills a table from its image, over and over',
    {
      run: '(loop $l (table.init $e (i32.const 0) (i32.const 0) (i32.const 10000)) (br $l)) (unreachable)',
      fields: `(table 65536 65536 funcref) (func $f) (elem $e func ${'$f '.repeat(10_000)})`,
    },
  ],
  [
    'table.grow',
    'asks for elements without end',
    {
      run: '(loop $l (drop (table.grow (ref.null func) (i32.const 1000))) (br $l)) (unreachable)',
      fields: '(table 1 funcref)',
    },
  ],
  [
    'memory.grow',
    'asks for memory without end',
    { run: '(loop $l (drop (memory.grow (i32.const 1))) (br $l)) (unreachable)' },
  ],
  [
    'host calls',
    'calls the host without end',
    {
      imports: ['self'],
      run: '(loop $l (global.set $heap (i32.const 4096)) (call $self (i32.const 1040)) (br $l)) (unreachable)',
    },
  ],
  [
    'empty waits',
    'waits for no time, without end',
    {
      imports: ['receive'],
      run: '(loop $l (call $receive (i32.const 0) (i32.const 1040)) (br $l)) (unreachable)',
    },
  ],
];

async function ask(attacker: Attacker, vtid: string): Promise<void> {
  await attacker.client.ipc.rpc(vtid, 'do', 50, encode(1));
}

const inHandler = endless(
  { name: 'handler', tries: 'a loop in the handler of a request' },
  () => coreImage({ onRpc: SPIN }),
  ask,
);

/** Gives room for an argument, and then never again. */
const GIVES_ONCE = `(global.set $heap (i32.add (global.get $heap) (i32.const 64)))
  (if (i32.gt_u (global.get $heap) (i32.const 4224)) (then ${SPIN}))
  (global.get $heap)`;

/** In code that the host has called in between. */
const PASSING: readonly (readonly [string, string, CoreText])[] = [
  ['realloc', 'a loop in the cabi_realloc that its arguments are stored with', { realloc: SPIN }],
  [
    'realloc of a result',
    'the same for the result of a call, catching what ends it',
    {
      imports: ['self'],
      realloc: GIVES_ONCE,
      run: `(loop $again (block $caught (try_table (catch_all $caught) (call $self (i32.const 1040))))
        (br $again)) (unreachable)`,
    },
  ],
  [
    'post-return',
    'a loop where a result is to be freed',
    { fields: `(func (export "cabi_post_posiv:kernel/program@0.1.0#run") (param i32) ${SPIN})` },
  ],
];

/** What no guest can catch. */
const UNCATCHABLE: readonly (readonly [string, string, CoreText, RegExp])[] = [
  [
    'deep recursion',
    'overflows its stack, and catches everything',
    {
      run: `(block $caught (try_table (catch_all $caught) (call $deep))) ${NOTHING}`,
      fields: '(func $deep (call $deep) (call $deep))',
    },
    /^trapped: trap: stack overflow$/,
  ],
  [
    'caught trap',
    'traps, and catches everything',
    { run: `(block $caught (try_table (catch_all $caught) (unreachable))) ${NOTHING}` },
    /^trapped: trap: unreachable$/,
  ],
];

/** Guests that compute for ever, in every form that code has. */
export const endlessScenarios: readonly Scenario[] = [
  ...FORMS.map(([name, tries, text]) => endless({ name, tries }, () => coreImage(text))),
  inHandler,
  ...PASSING.map(([name, tries, text]) =>
    endless(
      { name, tries },
      () => coreImage(text),
      undefined,
      () => ['an argument'],
    ),
  ),
  endless(
    { name: 'realloc of a request', tries: 'the same for what is asked of its handler' },
    () => coreImage({ realloc: SPIN, onRpc: NOTHING }),
    ask,
  ),
  ...UNCATCHABLE.map(([name, tries, text, reason]) =>
    ends({ name, tries }, () => coreImage(text), reason),
  ),
];
