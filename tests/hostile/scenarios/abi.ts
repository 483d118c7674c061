import { ends, held } from '../families.ts';
import { coreImage, type CoreText } from '../guests/core-image.ts';
import { NotContainedError, type Scenario } from '../scenario.ts';

const NOTHING = '(i32.const 0)';
const TRAPS = /^trapped: trap: /;
const ABI = /^trapped: trap: canonical ABI: /;

/** A `run` that gives this error text: a pointer and a length. */
const fails = (pointer: string, length: string, fields = ''): CoreText => ({
  memory: '1000',
  run: `(i32.store8 (i32.const 1040) (i32.const 1))
    (i32.store (i32.const 1044) (i32.const ${pointer})) (i32.store (i32.const 1048) (i32.const ${length}))
    (i32.const 1040)`,
  fields,
});

/** An rpc with these two pairs of a pointer and a length, and this address for the result. */
const rpc = (vtid: string, args: string, out = '(i32.const 1040)'): CoreText => ({
  imports: ['rpc'],
  memory: '2',
  run: `(call $rpc ${vtid} (i32.const 1024) (i32.const 2) (i32.const 10) ${args} ${out}) ${NOTHING}`,
  fields: '(data (i32.const 2048) "\\ff\\fe\\c0\\80")',
});
const SOME = '(i32.const 1024) (i32.const 2)';

/** After a call of `self`, whose result must be stored. */
const allocating = (realloc: string): CoreText => ({
  imports: ['self'],
  realloc,
  run: `(call $self (i32.const 1040)) ${NOTHING}`,
});

const RESULTS: readonly (readonly [string, string, CoreText, RegExp])[] = [
  ['result out of bounds', 'returns an address beyond its memory', { run: '(i32.const -16)' }, ABI],
  ['result not aligned', 'returns an odd address', { run: '(i32.const 1041)' }, ABI],
  [
    'result of an unknown case',
    'returns a tag that its type does not have',
    { run: '(i32.store8 (i32.const 1040) (i32.const 77)) (i32.const 1040)' },
    ABI,
  ],
  ['text out of bounds', 'returns an error text beyond its memory', fails('-8', '16'), ABI],
  ['text around the end', 'a length that overflows the pointer', fails('2048', '-2048'), ABI],
  [
    'text not UTF-8',
    'returns an error text that is not UTF-8',
    fails('2048', '4', '(data (i32.const 2048) "\\ff\\fe\\c0\\80")'),
    ABI,
  ],
  ['huge text', 'returns an error text of 8 MiB', fails('2048', '8388608'), /^failed: /],
  [
    'huge name',
    'looks for a name of 32 MiB',
    {
      imports: ['find'],
      memory: '1000',
      run: `(call $find (i32.const 2048) (i32.const 33554432) (i32.const 1040)) ${NOTHING}`,
    },
    /one call passes more than 16777216 bytes/,
  ],
  [
    'arguments out of bounds',
    'passes a vtid beyond its memory',
    rpc('(i32.const -8) (i32.const 16)', SOME),
    ABI,
  ],
  [
    'arguments of 4 GiB',
    'passes a payload of all its address space',
    rpc(SOME, '(i32.const 0) (i32.const -1)'),
    ABI,
  ],
  [
    'arguments not UTF-8',
    'passes a vtid that is not UTF-8',
    rpc('(i32.const 2048) (i32.const 4)', SOME),
    ABI,
  ],
  [
    'answer out of bounds',
    'wants a result beyond its memory',
    rpc(SOME, SOME, '(i32.const -16)'),
    ABI,
  ],
  [
    'answer not aligned',
    'wants a result at an odd address',
    rpc(SOME, SOME, '(i32.const 1041)'),
    ABI,
  ],
  [
    'outcome of an unknown case',
    'replies with a tag that its type does not have',
    {
      imports: ['reply'],
      run: `(call $reply (i32.const 1) (i32.const 7) ${SOME} (i32.const 1040)) ${NOTHING}`,
    },
    ABI,
  ],
  [
    'channel that is not',
    'writes to a channel that its type does not have',
    { imports: ['write'], run: `(call $write (i32.const 99) ${SOME}) ${NOTHING}` },
    ABI,
  ],
  [
    'options beyond memory',
    'makes a vTask with a record beyond its memory',
    { imports: ['new'], run: `(call $new (i32.const -32) (i32.const 1040)) ${NOTHING}` },
    TRAPS,
  ],
  [
    'realloc beyond memory',
    'gives memory that it does not have',
    allocating('(i32.const -64)'),
    ABI,
  ],
  ['realloc throws', 'traps where memory is to be given', allocating('(unreachable)'), TRAPS],
  [
    'call within realloc',
    'calls the host while the host waits for memory',
    { ...allocating('(call $self (i32.const 1040)) (i32.const 4096)') },
    ABI,
  ],
];

/** Numbers, addresses and texts that break the canonical ABI. */
export const abiScenarios: readonly Scenario[] = [
  ...RESULTS.map(([name, tries, text, reason]) =>
    ends({ name, tries }, () => coreImage(text), reason),
  ),
  {
    name: 'huge handler error',
    tries: 'answers a request with an error of 8 MiB',
    withinMs: 10_000,
    async run(attacker) {
      const onRpc = fails('2048', '8388608').run;
      const vtid = await attacker.start(await coreImage({ memory: '1000', onRpc }));
      const since = performance.now();
      const answer = await attacker.client.ipc.rpc(vtid, 'do', 10_000, new Uint8Array(1));
      const ms = performance.now() - since;
      const code = answer.ok ? 'ok' : answer.error.tag;
      if (code !== 'handler-failed') throw new NotContainedError(`its caller is told ${code}`);
      return { ms, reason: code };
    },
  },
  held({ name: 'realloc over itself', tries: 'has its results stored over its own result' }, () =>
    coreImage(allocating('(i32.const 1040)')),
  ),
  held({ name: 'vtid of a text', tries: 'asks a vTask whose vtid is two letters' }, () =>
    coreImage({
      ...rpc(SOME, SOME),
      // Ends with 0 only for the error `no-such-task`.
      run: `(call $rpc ${SOME} ${SOME} (i32.const 10) ${SOME} (i32.const 1040))
        (i32.store (i32.const 1064) (i32.or (i32.eqz (i32.load8_u (i32.const 1040)))
          (i32.load8_u (i32.const 1044)))) (i32.const 1060)`,
    }),
  ),
];
