// The guests of tests/fixtures/guests, built and prepared once and then found in the cache, and a host to run them with.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { FunctionDescriptor } from '#posiv-wit/function-descriptor.ts';
import { buildCGuest, buildWasiCommand } from '#wasm-abi/build/c.ts';
import { buildTypescriptGuest } from '#wasm-abi/build/typescript.ts';
import { type HostBinding, type Instance, loadProgram, type Program } from '#wasm-abi/load.ts';
import { prepareImage } from '#wasm-abi/prepare.ts';
import type { WasiSources } from '#wasm-abi/wasi/sources.ts';

const GUESTS = join(import.meta.dirname, '../fixtures/guests');
export const RUN = 'posiv:kernel/program@0.1.0#run';
export const ON_RPC = 'posiv:kernel/handlers@0.1.0#on-rpc';

/** Kept from run to run: a compilation takes seconds. */
export const cacheDir = join(import.meta.dirname, '../../.cache/tests/wasm-abi');

export function guestPath(file: string): string {
  return join(GUESTS, file);
}

/** The image of a guest in C. */
export function cGuest(
  name: string,
  output: 'component' | 'core' = 'component',
): Promise<Uint8Array> {
  const world = `posiv:kernel/${name === 'echo' || name === 'counter' ? 'service' : 'program-task'}@0.1.0`;
  const includes = [guestPath('abi')];
  const sources = [guestPath(`${name}.c`)];
  return buildCGuest({ sources, includes, world, output }, { cacheDir });
}

export function tsGuest(name: string): Promise<Uint8Array> {
  return buildTypescriptGuest({ entry: guestPath(`${name}.ts`) }, { cacheDir });
}

export function wasiGuest(name: string): Promise<Uint8Array> {
  return buildWasiCommand({ sources: [guestPath(`${name}.c`)] }, { cacheDir });
}

export async function program(image: Uint8Array): Promise<Program> {
  const { key } = await prepareImage(image, { cacheDir });
  return loadProgram(cacheDir, key);
}

export const QUOTA = { maxPages: 1_024, args: [], environment: [] };

/** WASI as a lane gives it, but for the vTask. */
export const SOURCES: WasiSources = {
  monotonicUs: () => Math.floor(performance.now() * 50) * 20,
  clockStepUs: 20,
  wallMs: () => Date.now(),
  random: (count) => new Uint8Array(randomBytes(count)),
  wait: (ms, arm) =>
    new Promise((resolve) => {
      if (ms < Number.POSITIVE_INFINITY) setTimeout(resolve, ms);
      arm(resolve);
    }),
};

type Calls = Record<string, (...params: never[]) => unknown>;

/** A host that has these functions, by their method names, and suspends their callers; the others trap. */
export function hostOf(calls: Calls = {}): HostBinding {
  return {
    resolve: ({ method, name }: FunctionDescriptor) => ({
      call: calls[method] ?? (() => Promise.reject(new Error(`${name} is not expected`))),
      suspends: true,
    }),
    write: () => undefined,
  };
}

/** Runs a program's `run` to its end. */
export async function runGuest(
  image: Uint8Array,
  cmd: readonly string[],
  calls?: Calls,
): Promise<unknown> {
  const instance = await (await program(image)).instantiate(hostOf(calls), QUOTA);
  return run(instance, cmd);
}

export async function run(instance: Instance, cmd: readonly string[]): Promise<unknown> {
  const entry = instance.lift(RUN);
  if (!entry) throw new Error('the guest has no run');
  return entry(cmd);
}

/** What a program's `run` ends with. */
export async function ended(
  made: Instance | undefined,
  ...cmd: readonly string[]
): Promise<unknown> {
  if (!made) throw new Error('there is no instance');
  const { value } = (await run(made, cmd)) as { value: unknown };
  return value;
}
