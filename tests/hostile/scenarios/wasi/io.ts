import { abuses, HELD, trapped } from '../../abuses.ts';
import { OUT } from '../../guests/wasi-image.ts';
import type { Scenario } from '../../scenario.ts';
import {
  badResults,
  forged,
  forgedDrops,
  hammers,
  hoards,
  onNothing,
  TOO_MANY,
} from './handles.ts';

const NO_TIME = '(call $duration (i64.const 0))';
const FOR_EVER = '(i64.const -1)';
const STDOUT = '(call $stdout)';
const STDIN = '(call $stdin)';

const MONOTONIC = { duration: ['subscribe-duration', 'i64', 'i32'] } as const;
const POLLABLE = {
  ready: ['[method]pollable.ready', 'i32', 'i32'],
  block: ['[method]pollable.block', 'i32'],
  dropPollable: ['[resource-drop]pollable', 'i32'],
} as const;

const poll = abuses(
  'wasi:io/poll',
  {
    'io/poll': { poll: ['poll', 'i32 i32 i32'], ...POLLABLE },
    'clocks/monotonic-clock': MONOTONIC,
  },
  [
    {
      what: 'polls a list of a million',
      body: `(call $poll (i32.const 4096) (i32.const 1000000) ${OUT}) (i32.const 1)`,
      end: trapped('more than 1024 pollables'),
    },
    {
      what: 'polls a list of 4 GiB',
      body: `(call $poll (i32.const 4096) (i32.const -1) ${OUT}) (i32.const 1)`,
      end: trapped('more than 1024 pollables'),
    },
    {
      what: 'polls nothing',
      body: `(call $poll (i32.const 4096) (i32.const 0) ${OUT}) (i32.const 1)`,
      end: trapped('no pollables'),
    },
    {
      what: 'polls a list beyond its memory',
      body: `(call $poll (i32.const -16) (i32.const 1024) ${OUT}) (i32.const 1)`,
      end: trapped('out of bounds'),
    },
    {
      what: 'polls a list of forged handles',
      body: `(call $poll (i32.const 4096) (i32.const 1024) ${OUT}) (i32.const 1)`,
      end: trapped('0 is no handle'),
    },
    {
      what: 'polls one that is ready 1,024 times at once, without end',
      body: `(local.set $j ${NO_TIME}) (global.set $gives (i32.const 65536))
        (loop $fill (i32.store (i32.add (i32.const 4096) (i32.shl (local.get $i) (i32.const 2))) (local.get $j))
          (local.set $i (i32.add (local.get $i) (i32.const 1))) (br_if $fill (i32.lt_u (local.get $i) (i32.const 1024))))
        (loop $l (call $poll (i32.const 4096) (i32.const 1024) ${OUT}) (br $l)) (unreachable)`,
      end: 'killed',
    },
    {
      what: 'has what is ready stored beyond its memory',
      body: `(i32.store (i32.const 4096) ${NO_TIME}) (global.set $gives (i32.const -4))
        (call $poll (i32.const 4096) (i32.const 1) ${OUT}) (i32.const 1)`,
      end: trapped('cabi_realloc gave'),
    },
    {
      what: 'waits for 1,024 things that never happen',
      body: `(loop $fill (i32.store (i32.add (i32.const 4096) (i32.shl (local.get $i) (i32.const 2))) (call $duration ${FOR_EVER}))
          (local.set $i (i32.add (local.get $i) (i32.const 1))) (br_if $fill (i32.lt_u (local.get $i) (i32.const 1024))))
        (call $poll (i32.const 4096) (i32.const 1024) ${OUT}) (unreachable)`,
      end: 'waits',
    },
    hammers(
      'blocks on what is ready, without end',
      `(call $block ${NO_TIME}) (call $dropPollable (i32.const 1))`,
    ),
    ...forged('blocks on', (handle) => `(call $block ${handle})`),
    ...forged('asks', (handle) => `(drop (call $ready ${handle}))`),
    ...forgedDrops('dropPollable'),
    ...hoards(NO_TIME, 'dropPollable', (handle) => `(call $block ${handle})`),
  ],
);

const streams = abuses(
  'wasi:io/streams',
  {
    'io/streams': {
      read: ['[method]input-stream.read', 'i32 i64 i32'],
      blockingRead: ['[method]input-stream.blocking-read', 'i32 i64 i32'],
      skip: ['[method]input-stream.skip', 'i32 i64 i32'],
      subscribeInput: ['[method]input-stream.subscribe', 'i32', 'i32'],
      dropInput: ['[resource-drop]input-stream', 'i32'],
      check: ['[method]output-stream.check-write', 'i32 i32'],
      write: ['[method]output-stream.write', 'i32 i32 i32 i32'],
      zeroes: ['[method]output-stream.write-zeroes', 'i32 i64 i32'],
      writeAndFlush: ['[method]output-stream.blocking-write-and-flush', 'i32 i32 i32 i32'],
      zeroesAndFlush: ['[method]output-stream.blocking-write-zeroes-and-flush', 'i32 i64 i32'],
      flush: ['[method]output-stream.blocking-flush', 'i32 i32'],
      subscribe: ['[method]output-stream.subscribe', 'i32', 'i32'],
      splice: ['[method]output-stream.splice', 'i32 i32 i64 i32'],
      blockingSplice: ['[method]output-stream.blocking-splice', 'i32 i32 i64 i32'],
      dropOutput: ['[resource-drop]output-stream', 'i32'],
    },
    'io/poll': { block: POLLABLE.block, dropPollable: POLLABLE.dropPollable },
    'cli/stdin': { stdin: ['get-stdin', '', 'i32'] },
    'cli/stdout': { stdout: ['get-stdout', '', 'i32'] },
  },
  [
    {
      what: 'writes more than is permitted',
      body: `(call $write ${STDOUT} (i32.const 65536) (i32.const 65537) ${OUT}) (i32.const 1)`,
      end: trapped('65537 bytes where 65536 are permitted'),
    },
    {
      what: 'writes 4 GiB',
      body: `(call $write ${STDOUT} (i32.const 0) (i32.const -1) ${OUT}) (i32.const 1)`,
      end: trapped('are permitted'),
    },
    {
      what: 'writes from beyond its memory',
      body: `(call $writeAndFlush ${STDOUT} (i32.const -16) (i32.const 4096) ${OUT}) (i32.const 1)`,
      end: trapped('out of bounds'),
    },
    ...(['zeroes', 'zeroesAndFlush'] as const).map((call) => ({
      what: `2^64-1 zeros by ${call}`,
      body: `(call $${call} ${STDOUT} (i64.const -1) ${OUT}) (i32.const 1)`,
      end: trapped('are permitted'),
    })),
    {
      what: 'flushes more than a page',
      body: `(call $writeAndFlush ${STDOUT} (i32.const 0) (i32.const 4097) ${OUT}) (i32.const 1)`,
      end: trapped('4097 bytes where 4096'),
    },
    {
      what: 'reads and skips 2^64-1 bytes of nothing',
      body: `(local.set $i ${STDIN}) (i32.store8 ${OUT} (i32.const 0))
        (call $blockingRead (local.get $i) ${FOR_EVER} ${OUT}) (local.set $j (i32.eqz (i32.load8_u ${OUT})))
        (call $skip (local.get $i) ${FOR_EVER} ${OUT}) (i32.or (local.get $j) (i32.eqz (i32.load8_u ${OUT})))`,
      end: HELD,
    },
    {
      what: 'reads without end',
      body: `(local.set $i ${STDIN}) (loop $l (call $read (local.get $i) ${FOR_EVER} ${OUT}) (br $l)) (unreachable)`,
      end: 'killed',
    },
    {
      what: 'splices without end',
      body: `(local.set $i ${STDIN}) (local.set $j ${STDOUT})
        (loop $l (call $blockingSplice (local.get $j) (local.get $i) ${FOR_EVER} ${OUT}) (br $l)) (unreachable)`,
      end: 'killed',
    },
    {
      what: 'writes 64 KiB of zeros and flushes, without end',
      body: `(local.set $i ${STDOUT}) (loop $l (call $flush (local.get $i) ${OUT}) (call $check (local.get $i) ${OUT})
          (call $zeroes (local.get $i) (i64.load (i32.const 1048)) ${OUT}) (br $l)) (unreachable)`,
      end: 'killed',
    },
    {
      what: 'subscribes to its output without end',
      body: `(local.set $i ${STDOUT}) (loop $l (drop (call $subscribe (local.get $i))) (br $l)) (unreachable)`,
      end: TOO_MANY,
    },
    {
      what: 'splices from an output',
      body: `(call $splice ${STDOUT} ${STDOUT} ${FOR_EVER} ${OUT}) (i32.const 1)`,
      end: trapped('is no handle'),
    },
    ...badResults((out) => `(call $check ${STDOUT} ${out})`),
    ...forged(
      'writes to',
      (handle) => `(call $write ${handle} (i32.const 0) (i32.const 1) ${OUT})`,
    ),
    ...forged('reads', (handle) => `(call $read ${handle} ${FOR_EVER} ${OUT})`),
    ...forgedDrops('dropOutput'),
    ...hoards(STDOUT, 'dropOutput', (handle) => `(call $check ${handle} ${OUT})`),
    ...hoards(STDIN, 'dropInput', (handle) => `(drop (call $subscribeInput ${handle}))`),
  ],
);

const error = abuses(
  'wasi:io/error',
  {
    'io/error': {
      text: ['[method]error.to-debug-string', 'i32 i32'],
      dropError: ['[resource-drop]error', 'i32'],
    },
  },
  [
    onNothing('asks an error that is not', `(call $text (i32.const 1) ${OUT})`),
    ...forged('asks', (handle) => `(call $text ${handle} ${OUT})`),
    ...forgedDrops('dropError'),
  ],
);

export const ioScenarios: readonly Scenario[] = [poll, streams, error];
