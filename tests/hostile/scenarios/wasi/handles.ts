import { type Abuse, trapped } from '../../abuses.ts';

/** What is tried with any kind of resource. */

const NO_HANDLE = trapped('\\d+ is no handle of such a resource');
const UNKNOWN = trapped('unknown handle');
export const TOO_MANY = trapped('more than 4096 resources of WASI');

/** Numbers that are no handles, where a vTask holds none or one. */
const FORGED: readonly (readonly [string, number])[] = [
  ['the handle 0', 0],
  ['a handle that never was', 77],
  ['a handle of all bits', -1],
  ['a handle with the flag of its owner', 0x4000_0001],
];

/** Names what is not its own. @param use an instruction that takes the handle */
export function forged(what: string, use: (handle: string) => string): readonly Abuse[] {
  return FORGED.map(([which, handle]) => ({
    what: `${what} ${which}`,
    body: `${use(`(i32.const ${handle})`)} (i32.const 1)`,
    end: NO_HANDLE,
  }));
}

/** The same once, for a method of a kind of which there is none. */
export function onNothing(what: string, use: string): Abuse {
  return { what, body: `${use} (i32.const 1)`, end: NO_HANDLE };
}

/** Gives back what it does not hold. */
export function forgedDrops(drop: string): readonly Abuse[] {
  return FORGED.map(([which, handle]) => ({
    what: `drops ${which}`,
    body: `(call $${drop} (i32.const ${handle})) (i32.const 1)`,
    end: UNKNOWN,
  }));
}

/** Takes handles without end, gives one back twice, uses one that it gave back. @param open gives a handle */
export function hoards(
  open: string,
  drop: string,
  use?: (handle: string) => string,
): readonly Abuse[] {
  return [
    {
      what: 'takes handles without end',
      body: `(loop $l (drop ${open}) (br $l)) (unreachable)`,
      end: TOO_MANY,
    },
    {
      what: 'the same, catching what it is told',
      body: `(loop $l (block $caught (try_table (catch_all $caught) (drop ${open}))) (br $l)) (unreachable)`,
      end: TOO_MANY,
    },
    {
      what: 'takes and gives back handles without end',
      body: `(loop $l (call $${drop} ${open}) (br $l)) (unreachable)`,
      end: 'killed',
    },
    {
      what: 'drops a handle twice',
      body: `(local.set $i ${open}) (call $${drop} (local.get $i)) (call $${drop} (local.get $i)) (i32.const 1)`,
      end: UNKNOWN,
    },
    ...(use === undefined
      ? []
      : [
          {
            what: 'uses a handle that it dropped',
            body: `(local.set $i ${open}) (call $${drop} (local.get $i)) ${use('(local.get $i)')} (i32.const 1)`,
            end: NO_HANDLE,
          },
        ]),
  ];
}

/** Has a result stored where there is no memory, and where it must not lie. */
export function badResults(call: (out: string) => string): readonly Abuse[] {
  return [
    {
      what: 'wants a result beyond its memory',
      body: `${call('(i32.const -16)')} (i32.const 1)`,
      end: trapped('canonical ABI: .*out of bounds'),
    },
    {
      what: 'wants a result at an odd address',
      body: `${call('(i32.const 1041)')} (i32.const 1)`,
      end: trapped('canonical ABI: .*not aligned'),
    },
  ];
}

/** Calls something without end. */
export function hammers(what: string, call: string): Abuse {
  return { what, body: `(loop $l ${call} (br $l)) (unreachable)`, end: 'killed' };
}
