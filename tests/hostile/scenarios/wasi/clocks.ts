import { abuses, type Abuse, HELD } from '../../abuses.ts';
import { OUT } from '../../guests/wasi-image.ts';
import type { Scenario } from '../../scenario.ts';
import { badResults, hammers, hoards } from './handles.ts';

const READS = 2_000_000;

/** Reads a clock again and again: held if no step of it is smaller than this many nanoseconds, and none goes back. */
export function steps(read: string, ns: number): Abuse {
  return {
    what: `looks for steps below ${ns / 1_000} us`,
    body: `(local.set $least (i64.const -1)) (local.set $a ${read})
      (loop $l
        (local.set $b ${read})
        (if (i64.lt_u (local.get $b) (local.get $a)) (then (return (i32.const 2))))
        (local.set $a (i64.sub (local.get $b) (local.get $a)))
        (if (i32.and (i64.ne (local.get $a) (i64.const 0)) (i64.lt_u (local.get $a) (local.get $least)))
          (then (local.set $least (local.get $a))))
        (local.set $a (local.get $b))
        (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const ${READS}))))
      (i64.lt_u (local.get $least) (i64.const ${ns}))`,
    end: HELD,
  };
}

const FOR_EVER = '(i64.const -1)';
const SOON = '(call $duration (i64.const 0))';

const monotonic = abuses(
  'wasi:clocks/monotonic-clock',
  {
    'clocks/monotonic-clock': {
      now: ['now', '', 'i64'],
      resolution: ['resolution', '', 'i64'],
      duration: ['subscribe-duration', 'i64', 'i32'],
      instant: ['subscribe-instant', 'i64', 'i32'],
    },
    'io/poll': {
      block: ['[method]pollable.block', 'i32'],
      ready: ['[method]pollable.ready', 'i32', 'i32'],
      dropPollable: ['[resource-drop]pollable', 'i32'],
    },
  },
  [
    steps('(call $now)', 20_000),
    {
      what: 'asks for a finer resolution',
      body: '(i64.lt_u (call $resolution) (i64.const 20000))',
      end: HELD,
    },
    hammers('reads it without end', '(drop (call $now))'),
    {
      what: 'finds one ready long before its time',
      body: `(i32.or (call $ready (call $duration ${FOR_EVER})) (call $ready (call $instant ${FOR_EVER})))`,
      end: HELD,
    },
    {
      what: 'waits for 2^64-1 ns',
      body: `(call $block (call $duration ${FOR_EVER})) (unreachable)`,
      end: 'waits',
    },
    {
      what: 'waits for the end of time',
      body: `(call $block (call $instant ${FOR_EVER})) (unreachable)`,
      end: 'waits',
    },
    {
      what: 'waits for 2^31 ms, where timers of hosts overflow',
      body: '(call $block (call $duration (i64.const 2147483648000000))) (unreachable)',
      end: 'waits',
    },
    {
      what: 'waits for ever, and catches what ends the wait',
      body: `(loop $l (block $caught (try_table (catch_all $caught) (call $block (call $duration ${FOR_EVER}))))
        (br $l)) (unreachable)`,
      end: 'waits',
    },
    hammers(
      'waits for a nanosecond, without end',
      '(call $block (local.tee $i (call $duration (i64.const 1)))) (call $dropPollable (local.get $i))',
    ),
    ...hoards(SOON, 'dropPollable', (handle) => `(call $block ${handle})`),
  ],
);

const WALL = `(call $now ${OUT})`;
/** Nanoseconds since 1970, of what lies at 1,040. */
const WALL_NS = `(i64.add (i64.mul (i64.load ${OUT}) (i64.const 1000000000)) (i64.load32_u (i32.const 1048)))`;

const wall = abuses(
  'wasi:clocks/wall-clock',
  { 'clocks/wall-clock': { now: ['now', 'i32'], resolution: ['resolution', 'i32'] } },
  [
    steps(`(block (result i64) ${WALL} ${WALL_NS})`, 1_000_000),
    {
      what: 'asks for a finer resolution',
      body: `(call $resolution ${OUT}) (i64.lt_u ${WALL_NS} (i64.const 1000000))`,
      end: HELD,
    },
    hammers('reads it without end', WALL),
    ...badResults((out) => `(call $now ${out})`),
  ],
);

export const clockScenarios: readonly Scenario[] = [monotonic, wall];
