import { abuses, HELD } from '../../abuses.ts';
import { OUT, type WasiCall } from '../../guests/wasi-image.ts';
import type { Scenario } from '../../scenario.ts';
import { badResults, forged, forgedDrops, hammers, onNothing } from './handles.ts';

const preopens = abuses(
  'wasi:filesystem/preopens',
  { 'filesystem/preopens': { folders: ['get-directories', 'i32'] } },
  [
    {
      what: 'looks for folders of the host',
      body: `(i32.store (i32.const 1044) (i32.const 1)) (call $folders ${OUT}) (i32.load (i32.const 1044))`,
      end: HELD,
    },
    hammers('asks without end', `(call $folders ${OUT})`),
    ...badResults((out) => `(call $folders ${out})`),
  ],
);

/** `/etc/passwd`. */
const PATH = '(i32.const 2048) (i32.const 11)';
const SELF = '(i32.const 3)';

/** By method of a folder or file: its flat parameters after `self`, and what is passed for them. */
const METHODS: Readonly<Record<string, readonly [types: string, params: string]>> = {
  'read-via-stream': ['i64 i32', `(i64.const 0) ${OUT}`],
  'write-via-stream': ['i64 i32', `(i64.const 0) ${OUT}`],
  'append-via-stream': ['i32', OUT],
  'set-size': ['i64 i32', `(i64.const -1) ${OUT}`],
  read: ['i64 i64 i32', `(i64.const -1) (i64.const 0) ${OUT}`],
  write: ['i32 i32 i64 i32', `(i32.const 0) (i32.const -1) (i64.const 0) ${OUT}`],
  'read-directory': ['i32', OUT],
  sync: ['i32', OUT],
  stat: ['i32', OUT],
  'stat-at': ['i32 i32 i32 i32', `(i32.const 0) ${PATH} ${OUT}`],
  'create-directory-at': ['i32 i32 i32', `${PATH} ${OUT}`],
  'open-at': [
    'i32 i32 i32 i32 i32 i32',
    `(i32.const 0) ${PATH} (i32.const 0) (i32.const 1) ${OUT}`,
  ],
  'readlink-at': ['i32 i32 i32', `${PATH} ${OUT}`],
  'symlink-at': ['i32 i32 i32 i32 i32', `${PATH} ${PATH} ${OUT}`],
  'rename-at': ['i32 i32 i32 i32 i32 i32', `${PATH} ${SELF} ${PATH} ${OUT}`],
  'unlink-file-at': ['i32 i32 i32', `${PATH} ${OUT}`],
  'metadata-hash': ['i32', OUT],
};

const methods = Object.fromEntries(
  Object.entries(METHODS).map(([name, [types]]): [string, WasiCall] => [
    name,
    [`[method]descriptor.${name}`, `i32 ${types}`],
  ]),
);

const types = abuses(
  'wasi:filesystem/types',
  {
    'filesystem/types': {
      ...methods,
      entry: ['[method]directory-entry-stream.read-directory-entry', 'i32 i32'],
      errorCode: ['filesystem-error-code', 'i32 i32'],
      dropDescriptor: ['[resource-drop]descriptor', 'i32'],
    },
  },
  [
    ...Object.entries(METHODS).map(([name, [, params]]) =>
      onNothing(
        `calls ${name} of a folder that it was not given`,
        `(call $${name} ${SELF} ${params})`,
      ),
    ),
    onNothing('reads entries of no folder', `(call $entry ${SELF} ${OUT})`),
    onNothing('asks for the code of an error that is not', `(call $errorCode ${SELF} ${OUT})`),
    ...forged('looks at', (handle) => `(call $stat ${handle} ${OUT})`),
    ...forgedDrops('dropDescriptor'),
  ],
);

export const filesystemScenarios: readonly Scenario[] = [preopens, types];
