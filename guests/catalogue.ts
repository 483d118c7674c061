// Every guest that ships with the system, by name: what it is built from and for. Paths begin at the repository's root.

export interface ShippedGuest {
  readonly name: string;
  readonly language: 'typescript' | 'c';
  /** For TypeScript the main module; for C every file. */
  readonly sources: readonly string[];
  readonly world: string;
  /** Folders of headers, for C. */
  readonly includes?: readonly string[];
  /** For the compiler, after its own. */
  readonly flags?: readonly string[];
}

/** Headers of the SDK for C, and what is compiled into every guest in C. */
export const C_SDK = 'guests/c/sdk';
export const C_RUNTIME = sdk('', 'posiv_runtime', 'vtask', 'handlers', 'cbor', 'vstore');
const MACHINE = 'services/machine/guests';
const MAPREDUCE = sdk('mapreduce/', 'request', 'run', 'sort', 'merge', 'output', 'table');

// Counting words is nothing but loops over bytes: -O3 inlines the table's lookup, SIMD finds the separators.
const FAST = ['-O3', '-msimd128', '-mbulk-memory'];

export const SHIPPED_GUESTS: readonly ShippedGuest[] = [
  typescript('hello', 'guests/typescript/examples/hello.ts', 'posiv:kernel/program-task@0.1.0'),
  typescript('ping', 'guests/typescript/examples/ping.ts', 'posiv:kernel/program-task@0.1.0'),
  typescript('pong', 'guests/typescript/examples/pong.ts', 'posiv:kernel/service@0.1.0'),
  c('hello-c', ['guests/c/examples/hello.c'], 'posiv:kernel/program-task@0.1.0'),
  c('ping-c', ['guests/c/examples/ping.c'], 'posiv:kernel/program-task@0.1.0'),
  c('pong-c', ['guests/c/examples/pong.c'], 'posiv:kernel/service@0.1.0'),
  typescript(
    'mapreduce-master',
    'services/mapreduce/guests/master.ts',
    'posiv:mapreduce/master-task@0.1.0',
  ),
  typescript('machine-master', `${MACHINE}/master.ts`, 'posiv:machine/master-task@0.1.0'),
  {
    ...c(
      'machine-agent',
      ['agent', 'agent-order', 'agent-answers'].map((name) => `${MACHINE}/${name}.c`),
      'posiv:machine/agent-task@0.1.0',
    ),
    includes: [C_SDK, MACHINE],
  },
  c(
    'wordcount-map',
    [
      'services/mapreduce/guests/wordcount-map.c',
      ...sdk('mapreduce/', 'map_task', 'map_exports', 'split'),
      ...MAPREDUCE,
    ],
    'posiv:mapreduce/map-task@0.1.0',
    FAST,
  ),
  c(
    'wordcount-reduce',
    [
      'services/mapreduce/guests/wordcount-reduce.c',
      ...sdk('mapreduce/', 'reduce_task', 'reduce_exports'),
      ...MAPREDUCE,
    ],
    'posiv:mapreduce/reduce-task@0.1.0',
    FAST,
  ),
];

/** The guest of a name; none where no such guest ships. */
export function shippedGuest(name: string): ShippedGuest | undefined {
  return SHIPPED_GUESTS.find((guest) => guest.name === name);
}

function typescript(name: string, source: string, world: string): ShippedGuest {
  return { name, language: 'typescript', sources: [source], world };
}

function c(name: string, own: string[], world: string, flags: string[] = []): ShippedGuest {
  return { name, language: 'c', sources: [...own, ...C_RUNTIME], world, includes: [C_SDK], flags };
}

function sdk(folder: string, ...names: string[]): string[] {
  return names.map((name) => `guests/c/sdk/${folder}${name}.c`);
}
