import { type Abuse, HELD, preview1Abuses, trapped } from '../../abuses.ts';
import { PREVIEW_1, type Preview1Function } from '../../guests/preview1-image.ts';
import type { Scenario } from '../../scenario.ts';
import { steps } from './clocks.ts';
import { hammers } from './handles.ts';

const ERRNO = { badf: 8, inval: 28, mfile: 33, noent: 44, nospc: 51, notcapable: 76 } as const;
/** The library says one of these, by how far it got. */
const ABSENT = ['noent', 'notcapable'] as const;
const OUT = '(i32.const 1024)';
/** Its folder: 3 is the root that it lies in. */
const ROOT = 4;

/** What a call says that was refused for this reason. */
function errno(what: string, call: string, ...wanted: readonly (keyof typeof ERRNO)[]): Abuse {
  const same = wanted.map((each) => `(i32.eq (local.get $i) (i32.const ${ERRNO[each]}))`);
  const any = same.reduce((all, each) => `(i32.or ${all} ${each})`);
  return {
    what,
    body: `(local.set $i ${call}) (select (i32.const 0) (i32.add (local.get $i) (i32.const 1000)) ${any})`,
    end: HELD,
  };
}

// Everything that is to be refused, of every function.

const NUMBERS: Readonly<Record<string, (type: string, at: number) => string>> = {
  'nothing but ones': (type) => `(${type}.const -1)`,
  'addresses beyond its memory': (type, at) => `(${type}.const ${at === 0 ? ROOT : -8})`,
  'its last bytes': (type, at) => `(${type}.const ${at === 0 ? ROOT : 4_194_300})`,
  'its output': (type, at) => `(${type}.const ${at === 0 ? 1 : -8})`,
};
const CALLED = Object.keys(PREVIEW_1).filter(
  (name) => name !== 'proc_exit' && name !== 'sched_yield',
) as Preview1Function[];

/** A call with numbers that no libc passes: told by an errno, or a trap of the program. */
function nonsense(name: Preview1Function): readonly Abuse[] {
  const types = PREVIEW_1[name].split(' ');
  return Object.entries(NUMBERS).map(([what, numberOf]) => ({
    what: `passes ${name} ${what}`,
    body: `(drop (call $${name} ${types.map(numberOf).join(' ')})) (i32.const 0)`,
    end: /^exited: 0$|^trapped: trap: /,
  }));
}

/** After all that, the library that other commands of the lane use is as it was: a file is made, written and read again. */
const WORKS: Abuse = {
  what: 'uses files as it may',
  body: `(i32.store (i32.const 1100) (i32.const 2048)) (i32.store (i32.const 1104) (i32.const 4))
    (if (call $path_open (i32.const ${ROOT}) (i32.const 0) (i32.const 2048) (i32.const 4) (i32.const 1) (i64.const 126) (i64.const 0)
      (i32.const 0) ${OUT}) (then (return (i32.const 1))))
    (if (call $fd_write (i32.load ${OUT}) (i32.const 1100) (i32.const 1) (i32.const 1108)) (then (return (i32.const 2))))
    (if (call $path_open (i32.const ${ROOT}) (i32.const 0) (i32.const 2048) (i32.const 4) (i32.const 0) (i64.const 126) (i64.const 0)
      (i32.const 0) ${OUT}) (then (return (i32.const 3))))
    (i32.store (i32.const 1100) (i32.const 65536))
    (if (call $fd_read (i32.load ${OUT}) (i32.const 1100) (i32.const 1) (i32.const 1108)) (then (return (i32.const 4))))
    (i32.ne (i32.load (i32.const 65536)) (i32.load (i32.const 2048)))`,
  end: HELD,
};

const nonsenses = preview1Abuses(
  'preview 1: arguments',
  [...CALLED.flatMap(nonsense), WORKS],
  'file',
);

// Files. Texts of paths, one after another.

const NAMES = ['file', '/etc/passwd', '../../../../etc/passwd', 'f/../../etc', 'link'] as const;
const texts = NAMES.join('');

/** Where a path lies, and its length. */
function path(name: (typeof NAMES)[number]): string {
  const before = NAMES.slice(0, NAMES.indexOf(name)).join('').length;
  return `(i32.const ${2_048 + before}) (i32.const ${name.length})`;
}

const open = (
  name: (typeof NAMES)[number],
  flags = 0,
  from: string = `(i32.const ${ROOT})`,
): string =>
  `(call $path_open ${from} (i32.const 1) ${path(name)} (i32.const ${flags}) (i64.const 126) (i64.const 0) (i32.const 0) ${OUT})`;
const CREATE = 1;
const NOTHING = '(i32.const 0)';
const FILE = `(i32.load ${OUT})`;
/** A vector of 64 KiB of zeros. */
const VECTOR =
  '(i32.store (i32.const 1100) (i32.const 65536)) (i32.store (i32.const 1104) (i32.const 65536))';

/** Makes a name of this number at 3,072, four letters long. */
const NUMBERED = `(i32.store (i32.const 3072) (i32.add (i32.const 0x41414141) (i32.add (i32.and (local.get $i) (i32.const 15))
  (i32.add (i32.shl (i32.and (local.get $i) (i32.const 0xf0)) (i32.const 4)) (i32.add (i32.shl (i32.and (local.get $i) (i32.const 0xf00)) (i32.const 8))
  (i32.shl (i32.and (local.get $i) (i32.const 0xf000)) (i32.const 12)))))))`;

/** Makes something with a new name until that is refused: held if it is for want of room, and not too late. */
const fills = (what: string, call: string, after = ''): Abuse => ({
  what,
  body: `(loop $l ${NUMBERED} (local.set $i (i32.add (local.get $i) (i32.const 1))) (local.set $j ${call}) ${after}
      (br_if $l (i32.and (i32.eqz (local.get $j)) (i32.lt_u (local.get $i) (i32.const 60000)))))
    (i32.ne (local.get $j) (i32.const ${ERRNO.nospc}))`,
  end: HELD,
});

const files = preview1Abuses(
  'preview 1: files',
  [
    ...(['/etc/passwd', '../../../../etc/passwd', 'f/../../etc'] as const).map((name) =>
      errno(`opens ${name}`, open(name), ...ABSENT),
    ),
    errno('opens what is in no folder', open('file', 0, '(i32.const 77)'), 'badf'),
    {
      what: 'finds folders of the host by their numbers',
      body: `(local.set $i (i32.const ${ROOT + 1})) (loop $l
          (if (i32.eqz (call $fd_prestat_get (local.get $i) ${OUT})) (then (return (i32.const 1))))
          (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 4096))))
        (i32.const 0)`,
      end: HELD,
    },
    {
      what: 'sees a file that another has made',
      body: `(drop ${open('file', CREATE)}) (i32.const 0)`,
      end: HELD,
    },
    errno('looks for it', open('file'), ...ABSENT),
    errno('closes what is not open', '(call $fd_close (i32.const 77))', 'badf'),
    {
      what: 'closes its output and its folder, and goes on',
      body: `(loop $l (drop (call $fd_close (local.get $i)))
          (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 6))))
        (i32.eqz ${open('file')})`,
      end: HELD,
    },
    {
      what: 'fills a file without end',
      body: `${VECTOR} (drop ${open('file', CREATE)})
        (loop $l (local.set $j (call $fd_write ${FILE} (i32.const 1100) (i32.const 1) (i32.const 1108)))
          (br_if $l (i32.and (i32.eqz (local.get $j)) (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 1000)))))
        (i32.ne (local.get $j) (i32.const ${ERRNO.nospc}))`,
      end: HELD,
    },
    fills(
      'makes folders without end',
      `(call $path_create_directory (i32.const ${ROOT}) (i32.const 3072) (i32.const 4))`,
    ),
    fills(
      'makes files without end',
      `(call $path_open (i32.const ${ROOT}) (i32.const 0) (i32.const 3072) (i32.const 4) (i32.const 1) (i64.const 126) (i64.const 0) (i32.const 0) ${OUT})`,
      `(drop (call $fd_close ${FILE}))`,
    ),
    {
      what: 'makes folders within folders, each deeper',
      body: `(loop $l (i32.store16 (i32.add (i32.const 65536) (i32.shl (local.get $i) (i32.const 1))) (i32.const 0x2f61))
          (local.set $j (call $path_create_directory (i32.const ${ROOT}) (i32.const 65536)
            (i32.shl (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 1))))
          (br_if $l (i32.and (i32.eqz (local.get $j)) (i32.lt_u (local.get $i) (i32.const 3000)))))
        (i32.eqz (local.get $j))`,
      end: HELD,
    },
    {
      what: 'follows a link to itself',
      body: `(drop (call $path_symlink ${path('link')} (i32.const ${ROOT}) ${path('link')})) (i32.eqz ${open('link')})`,
      end: /^exited: 0$|^trapped: trap: /,
    },
    ...(
      [
        ['a file', open('file', CREATE), open('file')],
        [
          'its folder',
          NOTHING,
          `(call $path_open (i32.const ${ROOT}) (i32.const 1) (i32.const 3000) (i32.const 1) (i32.const 0) (i64.const 0) (i64.const 0) (i32.const 0) ${OUT})`,
        ],
      ] as const
    ).map(([which, first, again]) => ({
      what: `opens ${which} without end`,
      body: `(drop ${first}) (i32.store8 (i32.const 3000) (i32.const 46)) (loop $l (local.set $j ${again}) (br_if $l (i32.eqz (local.get $j))))
        (i32.ne (local.get $j) (i32.const ${ERRNO.mfile}))`,
      end: HELD,
    })),
    {
      what: 'opens and closes without end',
      body: `(drop ${open('file', CREATE)}) (loop $l (drop ${open('file')}) (drop (call $fd_close ${FILE})) (br $l)) (unreachable)`,
      end: 'killed',
    },
    hammers(
      'lists its folder without end',
      `(drop (call $fd_readdir (i32.const ${ROOT}) (i32.const 65536) (i32.const 65536) (i64.const 0) ${OUT}))`,
    ),
    WORKS,
  ],
  texts,
);

// What is no file.

const CLOCK = (clock: number): string =>
  `(block (result i64) (drop (call $clock_time_get (i32.const ${clock}) (i64.const 0) ${OUT})) (i64.load ${OUT}))`;

const clocks = preview1Abuses('preview 1: clocks', [
  steps(CLOCK(0), 1_000_000),
  ...[1, 2, 3].map((clock) => steps(CLOCK(clock), 20_000)),
  hammers('reads one without end', `(drop ${CLOCK(1)})`),
]);

/** Subscribes to a clock, relative. */
const SUBSCRIPTION = (ns: string): string =>
  `(i32.store (i32.const 65552) (i32.const 1)) (i64.store (i32.const 65560) (i64.const ${ns}))`;
const POLL = (count: number | string): string =>
  `(call $poll_oneoff (i32.const 65536) (i32.const 196608) (i32.const ${count}) ${OUT})`;

const polls = preview1Abuses('preview 1: waiting', [
  errno('polls a million', POLL(1_000_000), 'inval'),
  errno('polls 4 GiB', POLL(-1), 'inval'),
  errno('polls nothing', POLL(0), 'inval'),
  {
    what: 'has events stored beyond its memory',
    body: `(call $poll_oneoff (i32.const 65536) (i32.const -8) (i32.const 1) ${OUT})`,
    end: trapped('out of bounds'),
  },
  {
    what: 'waits for 2^64-1 ns',
    body: `${SUBSCRIPTION('-1')} (drop ${POLL(1)}) (unreachable)`,
    end: 'waits',
  },
  {
    what: 'waits for 2^31 ms, where timers of hosts overflow',
    body: `${SUBSCRIPTION('2147483648000000')} (drop ${POLL(1)}) (unreachable)`,
    end: 'waits',
  },
  {
    what: 'waits, and catches what ends the wait',
    body: `(loop $l ${SUBSCRIPTION('-1')} (block $caught (try_table (catch_all $caught) (drop ${POLL(1)}))) (br $l)) (unreachable)`,
    end: 'waits',
  },
  hammers('polls 1,024 that are ready, without end', `(drop ${POLL(1_024)})`),
  hammers('gives way without end', '(drop (call $sched_yield))'),
]);

const others = preview1Abuses('preview 1: random and output', [
  errno('wants 4 GiB of random bytes', '(call $random_get (i32.const 0) (i32.const -1))', 'inval'),
  hammers(
    'reads random bytes without end',
    '(drop (call $random_get (i32.const 65536) (i32.const 65536)))',
  ),
  {
    what: 'writes to descriptors of the node',
    body: `(i32.store (i32.const 1100) (i32.const 2048)) (i32.store (i32.const 1104) (i32.const 1)) (local.set $i (i32.const ${ROOT}))
      (loop $l (if (i32.eqz (call $fd_write (local.get $i) (i32.const 1100) (i32.const 1) (i32.const 1108))) (then (return (i32.const 1))))
        (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 2048))))
      (i32.const 0)`,
    end: HELD,
  },
  {
    what: 'writes with 1,024 vectors of all of its memory, without end',
    body: `(loop $fill (i32.store offset=65540 (i32.shl (local.get $i) (i32.const 3)) (i32.const 4194304))
        (br_if $fill (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 1024))))
      (loop $l (drop (call $fd_write (i32.const 1) (i32.const 65536) (i32.const 1024) ${OUT})) (br $l)) (unreachable)`,
    end: 'killed',
  },
  ...(
    [
      'sock_recv (i32.const 3) (i32.const 65536) (i32.const 1) (i32.const 0) (i32.const 1024) (i32.const 1028)',
      'sock_shutdown (i32.const 3) (i32.const 0)',
    ] as const
  ).map((call) => ({
    what: `calls ${call.split(' ', 1)[0]}`,
    body: `(i32.eqz (call $${call}))`,
    end: HELD,
  })),
  {
    what: 'raises a signal',
    body: '(call $proc_raise (i32.const 9))',
    end: trapped('raised a signal'),
  },
  {
    what: 'exits, catches that, and goes on',
    body: '(block $caught (try_table (catch_all $caught) (call $proc_exit (i32.const 7)))) (unreachable)',
    end: /^exited: 7$/,
  },
  {
    what: 'exits with 2^32-1',
    body: '(call $proc_exit (i32.const -1)) (unreachable)',
    end: /^exited: 4294967295$/,
  },
]);

export const preview1Scenarios: readonly Scenario[] = [nonsenses, files, clocks, polls, others];
