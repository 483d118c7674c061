import { MONOTONIC_CLOCK, WALL_CLOCK } from './clocks.ts';
import { ENVIRONMENT } from './environment.ts';
import { EXIT } from './exit.ts';
import { FILESYSTEM_TYPES, PREOPENS } from './filesystem.ts';
import { noHandle, type WasiFunction, type WasiInterface } from './interface.ts';
import { POLL } from './poll.ts';
import { INSECURE, INSECURE_SEED, RANDOM } from './random.ts';
import { SOCKETS } from './sockets.ts';
import { STDIO } from './stdio.ts';
import { STREAMS } from './streams.ts';

/** No stream fails but by its end: there are no errors to ask. */
const ERROR: WasiInterface = {
  name: 'wasi:io/error',
  resources: ['error'],
  unheld: ['error'],
  functions: {},
};

/** All that there are, by their names without versions. */
export const CATALOGUE: ReadonlyMap<string, WasiInterface> = new Map(
  [
    ERROR,
    POLL,
    STREAMS,
    MONOTONIC_CLOCK,
    WALL_CLOCK,
    RANDOM,
    INSECURE,
    INSECURE_SEED,
    ENVIRONMENT,
    EXIT,
    ...STDIO,
    PREOPENS,
    FILESYSTEM_TYPES,
    ...SOCKETS,
  ].map((each) => [each.name, each]),
);

/**
 * The interface of a name such as `wasi:io/poll@0.2.3`. All releases of 0.2 are compatible: a later one only adds
 * functions, and those are looked for one by one.
 */
export function wasiInterface(name: string): WasiInterface | undefined {
  const [, unversioned = ''] = /^([^@]+)@0\.2\.\d+$/.exec(name) ?? [];
  return CATALOGUE.get(unversioned);
}

/** The function of a name such as `wasi:io/poll@0.2.3#[method]pollable.ready`. */
export function wasiFunction(name: string): WasiFunction | undefined {
  const [path = '', method = ''] = name.split('#');
  const found = wasiInterface(path);
  if (!found) return undefined;
  if (Object.hasOwn(found.functions, method)) return found.functions[method];
  const [, kind = ''] = /^\[method\]([a-z-]+)\./.exec(method) ?? [];
  return found.unheld?.includes(kind) ? noHandle : undefined;
}

export function isWasi(name: string): boolean {
  return name.startsWith('wasi:');
}

/** What a component imports of WASI that is not here: interfaces, and functions of those that are. */
export function missingWasi(imports: readonly string[], functions: readonly string[]): string[] {
  return [
    ...imports.filter((each) => isWasi(each) && !wasiInterface(each)),
    ...functions.filter(
      (each) => isWasi(each) && wasiInterface(each.split('#', 1)[0] ?? '') && !wasiFunction(each),
    ),
  ];
}
