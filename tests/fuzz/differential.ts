import { createHash } from 'node:crypto';
import { promising } from '#wasm-abi/bind/jspi.ts';
import { runStart } from '#wasm-abi/bind/preemption.ts';
import type { Preemption } from '#wasm-abi/load.ts';
import { instantiate, WAYS } from '../wasm-abi/rewrite/rewritten.ts';
import { GO_ON, SUSPEND } from '../wasm-abi/preemptions.ts';
import { fuzzHost, plain } from './fuzz-host.ts';

/** What a module did, from its start to the state that it left. */
type Behaviour = readonly string[];

/** It overflowed the stack, whose depth is not part of what a program means. */
const TOO_DEEP = 'too deep';

export type Verdict =
  | { readonly kind: 'same' }
  /** Nothing can be said. */
  | { readonly kind: 'skipped'; readonly why: string }
  | { readonly kind: 'different'; readonly what: string };

/**
 * Runs a module as it is and rewritten in both ways, with stacks suspended at seeded checks, and compares results, traps,
 * calls of the host, memories and globals.
 * @param module with its memories and globals exposed
 */
export async function compare(module: Uint8Array<ArrayBuffer>, seed: number): Promise<Verdict> {
  const behaviours: Behaviour[] = [];
  for (const way of WAYS) {
    const behaviour = await behaviourOf(module, way, seed);
    if (behaviour.includes(TOO_DEEP)) return { kind: 'skipped', why: TOO_DEEP };
    behaviours.push(behaviour);
  }
  const [original = [], ...rewritten] = behaviours;
  for (const [index, behaviour] of rewritten.entries()) {
    const at = original.findIndex((line, line2) => behaviour[line2] !== line);
    if (at >= 0 || behaviour.length !== original.length) {
      const what = `${WAYS[index + 1]}: ${behaviour[at]}, ${WAYS[0]}: ${original[at]}`;
      return { kind: 'different', what };
    }
  }
  return { kind: 'same' };
}

async function behaviourOf(
  module: Uint8Array<ArrayBuffer>,
  way: (typeof WAYS)[number],
  seed: number,
): Promise<Behaviour> {
  const lines: string[] = [];
  const host = fuzzHost(new WebAssembly.Module(module));
  let exports: WebAssembly.Exports;
  try {
    exports = instantiate(module, way, host.imports, restless(seed)).exports;
    host.attach(exports);
    await runStart(exports);
  } catch (error) {
    if (codeOf(error) !== undefined) throw error; // the rewriter refused it
    return [...host.log.map(String), `start: ${end(error)}`];
  }
  for (const [name, value] of Object.entries(exports)) {
    if (typeof value !== 'function' || name.startsWith('vstar:')) continue;
    try {
      const called = way === WAYS[0] ? value : promising(value);
      lines.push(`${name}: ${JSON.stringify(plain(await called()))}`);
    } catch (error) {
      lines.push(`${name}: ${end(error)}`);
      if (end(error) === TOO_DEEP) return [TOO_DEEP];
    }
  }
  if (host.log.includes(TOO_DEEP)) return [TOO_DEEP];
  for (const [name, value] of Object.entries(exports)) {
    if (value instanceof WebAssembly.Memory) lines.push(`${name}: ${hashOf(value)}`);
    if (value instanceof WebAssembly.Global && !name.startsWith('vstar:'))
      lines.push(`${name}: ${valueOf(value)}`);
  }
  return [...host.log.map(String), ...lines];
}

/** Suspends at some checks and not at others. */
function restless(seed: number): Preemption {
  const flag = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  new Int32Array(flag.buffer)[0] = 1;
  let state = seed | 1;
  let pauses = 0;
  return {
    flag,
    fuelSlice: 50,
    tick() {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
      return pauses < 1_000 && state >>> 29 === 0 ? SUSPEND : GO_ON;
    },
    async pause() {
      pauses++;
      await Promise.resolve();
    },
  };
}

function end(error: unknown): string {
  if (error instanceof RangeError && /call stack/.test(error.message)) return TOO_DEEP;
  if (error instanceof WebAssembly.Exception) return 'an exception';
  if (!(error instanceof Error)) return String(plain(error));
  return `${error.constructor.name} ${error.message.replace(/^WebAssembly\.\w+\(\): /, '')}`;
}

function codeOf(error: unknown): string | undefined {
  return (error as { code?: string } | undefined)?.code;
}

function hashOf({ buffer }: WebAssembly.Memory): string {
  return `${buffer.byteLength} ${createHash('sha256').update(new Uint8Array(buffer)).digest('hex')}`;
}

function valueOf(global: WebAssembly.Global): string {
  try {
    return String(plain(global.value));
  } catch {
    return 'no value of JavaScript'; // a vector, or an exception
  }
}
