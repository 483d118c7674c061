import { abuses, type Abuse, HELD, trapped } from '../../abuses.ts';
import { OUT } from '../../guests/wasi-image.ts';
import type { Scenario } from '../../scenario.ts';
import { badResults, forgedDrops, hammers, hoards, onNothing } from './handles.ts';

/** Within what a vTask may be given: 64 KiB, names and values together. */
const VARIABLES = 900;
const environment = Array.from({ length: VARIABLES }, (_, at) => [`V${at}`, 'x'] as const).map(
  ([name, value]): [string, string] => [name, value],
);

const GET = `(call $environment ${OUT})`;
/** Stores lists where those before were. */
const AGAIN = '(global.set $heap (i32.const 65536))';

const environments = abuses(
  'wasi:cli/environment',
  {
    'cli/environment': {
      environment: ['get-environment', 'i32'],
      arguments: ['get-arguments', 'i32'],
      cwd: ['initial-cwd', 'i32'],
    },
  },
  [
    {
      what: 'looks for variables and folders of the host',
      body: `${GET} (call $cwd (i32.const 1056)) (i32.or (i32.load (i32.const 1044)) (i32.load8_u (i32.const 1056)))`,
      end: HELD,
    },
    {
      what: `has ${VARIABLES} variables, and asks for them without end`,
      body: `(loop $l ${AGAIN} ${GET} (br_if $l (i32.eq (i32.load (i32.const 1044)) (i32.const ${VARIABLES})))) (unreachable)`,
      end: 'killed',
      options: { environment },
    },
    {
      what: 'has them stored over one another',
      body: `(global.set $gives (i32.const 65536)) ${GET} (i32.const 0)`,
      end: HELD,
      options: { environment },
    },
    {
      what: 'has them stored beyond its memory',
      body: `(global.set $gives (i32.const -8)) ${GET} (i32.const 1)`,
      end: trapped('cabi_realloc gave'),
      options: { environment },
    },
    hammers('asks for its arguments without end', `${AGAIN} (call $arguments ${OUT})`),
    ...badResults((out) => `(call $environment ${out})`),
  ],
);

const exits = (what: string, body: string, end: Abuse['end']): Abuse => ({ what, body, end });

const exit = abuses(
  'wasi:cli/exit',
  {
    'cli/exit': { exit: ['exit', 'i32'], exitWithCode: ['exit-with-code', 'i32'] },
    'io/poll': { dropPollable: ['[resource-drop]pollable', 'i32'] },
    'clocks/monotonic-clock': { duration: ['subscribe-duration', 'i64', 'i32'] },
  },
  [
    exits(
      'ends in the middle, as a failure',
      '(call $exit (i32.const 1)) (unreachable)',
      /^exited: 1$/,
    ),
    exits('ends with a code', '(call $exitWithCode (i32.const 77)) (unreachable)', /^exited: 77$/),
    exits(
      'ends with a code beyond a byte',
      '(call $exitWithCode (i32.const -1)) (unreachable)',
      /^exited: 255$/,
    ),
    exits(
      'ends while it holds handles',
      '(drop (call $duration (i64.const -1))) (call $exit (i32.const 0)) (unreachable)',
      HELD,
    ),
    exits(
      'ends, catches what ends it, and goes on',
      `(block $caught (try_table (catch_all $caught) (call $exitWithCode (i32.const 7)))) (i32.const 0)`,
      /^exited: 7$/,
    ),
    exits(
      'catches each end, without end',
      `(loop $l (block $caught (try_table (catch_all $caught) (call $exitWithCode (i32.const 7)))) (br $l)) (unreachable)`,
      /^exited: 7$/,
    ),
  ],
);

const stdin = abuses(
  'wasi:cli/stdin',
  {
    'cli/stdin': { stdin: ['get-stdin', '', 'i32'] },
    'io/streams': {
      read: ['[method]input-stream.read', 'i32 i64 i32'],
      dropInput: ['[resource-drop]input-stream', 'i32'],
    },
  },
  hoards('(call $stdin)', 'dropInput', (handle) => `(call $read ${handle} (i64.const 1) ${OUT})`),
);

/** Another vTask's stream has a number too; here they are only ever its own. */
function output(name: 'stdout' | 'stderr'): Scenario {
  return abuses(
    `wasi:cli/${name}`,
    {
      [`cli/${name}`]: { stream: [`get-${name}`, '', 'i32'] },
      'io/streams': {
        write: ['[method]output-stream.write', 'i32 i32 i32 i32'],
        writeAndFlush: ['[method]output-stream.blocking-write-and-flush', 'i32 i32 i32 i32'],
        dropOutput: ['[resource-drop]output-stream', 'i32'],
      },
    },
    [
      onNothing(
        "writes to another's",
        `(call $write (i32.const 1) (i32.const 0) (i32.const 1) ${OUT})`,
      ),
      {
        what: 'writes without end',
        body: `(local.set $i (call $stream)) (loop $l
          (call $writeAndFlush (local.get $i) (i32.const 65536) (i32.const 4096) ${OUT}) (br $l)) (unreachable)`,
        end: 'killed',
      },
      ...hoards(
        '(call $stream)',
        'dropOutput',
        (handle) => `(call $write ${handle} (i32.const 0) (i32.const 1) ${OUT})`,
      ),
    ],
  );
}

/** Whether it is a terminal: an option, none. */
function terminal(name: string, kind: string): Scenario {
  return abuses(
    `wasi:cli/${name}`,
    {
      [`cli/${name}`]: { get: [`get-${name}`, 'i32'] },
      [`cli/${kind}`]: { dropTerminal: [`[resource-drop]${kind}`, 'i32'] },
    },
    [
      {
        what: 'wants the terminal of the host',
        body: `(i32.store8 ${OUT} (i32.const 1)) (call $get ${OUT}) (i32.load8_u ${OUT})`,
        end: HELD,
      },
      hammers('asks without end', `(call $get ${OUT})`),
      ...badResults((out) => `(call $get ${out})`),
    ],
  );
}

function terminalKind(kind: string): Scenario {
  return abuses(
    `wasi:cli/${kind}`,
    { [`cli/${kind}`]: { dropTerminal: [`[resource-drop]${kind}`, 'i32'] } },
    forgedDrops('dropTerminal'),
  );
}

export const cliScenarios: readonly Scenario[] = [
  environments,
  exit,
  stdin,
  output('stdout'),
  output('stderr'),
  terminal('terminal-stdin', 'terminal-input'),
  terminal('terminal-stdout', 'terminal-output'),
  terminal('terminal-stderr', 'terminal-output'),
  terminalKind('terminal-input'),
  terminalKind('terminal-output'),
];
