import { abuses, type Abuse, HELD, trapped } from '../../abuses.ts';
import { OUT, type WasiText } from '../../guests/wasi-image.ts';
import type { Scenario } from '../../scenario.ts';
import { badResults, hammers } from './handles.ts';

function bytes(of: string, prefix: string): Scenario {
  const imports: WasiText['imports'] = {
    [`random/${of}`]: {
      bytes: [`get-${prefix}random-bytes`, 'i64 i32'],
      u64: [`get-${prefix}random-u64`, '', 'i64'],
    },
  };
  const tooMany = ([what, count]: readonly [string, string]): Abuse => ({
    what: `wants ${what}`,
    body: `(call $bytes (i64.const ${count}) ${OUT}) (i32.const 1)`,
    end: trapped('random bytes at once, at most 65536'),
  });
  const SAME_PLACE = '(global.set $gives (i32.const 65536))';
  return abuses(`wasi:random/${of}`, imports, [
    ...(
      [
        ['a byte more than is given', '65537'],
        ['4 GiB', '4294967296'],
        ['2^63 bytes', '0x8000000000000000'],
        ['2^64-1 bytes', '-1'],
      ] as const
    ).map(tooMany),
    {
      what: 'reads without end',
      body: `${SAME_PLACE} (loop $l (call $bytes (i64.const 65536) ${OUT}) (br $l)) (unreachable)`,
      end: 'killed',
    },
    hammers('reads numbers without end', '(drop (call $u64))'),
    {
      what: 'has them stored beyond its memory',
      body: `(global.set $gives (i32.const -4096)) (call $bytes (i64.const 65536) ${OUT}) (i32.const 1)`,
      end: trapped('cabi_realloc gave'),
    },
    {
      what: 'has them stored over the result',
      body: `(global.set $gives ${OUT}) (call $bytes (i64.const 4096) ${OUT}) (i32.const 0)`,
      end: HELD,
    },
    {
      what: 'sees the same number twice',
      body: '(i64.eq (call $u64) (call $u64))',
      end: HELD,
    },
    ...badResults((out) => `(call $bytes (i64.const 1) ${out})`),
  ]);
}

const seed = abuses(
  'wasi:random/insecure-seed',
  { 'random/insecure-seed': { seed: ['insecure-seed', 'i32'] } },
  [
    hammers('asks without end', `(call $seed ${OUT})`),
    ...badResults((out) => `(call $seed ${out})`),
  ],
);

export const randomScenarios: readonly Scenario[] = [
  bytes('random', ''),
  bytes('insecure', 'insecure-'),
  seed,
];
