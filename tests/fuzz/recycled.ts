import { createHash } from 'node:crypto';
import { Pristine } from '#wasm-abi/bind/pristine.ts';
import { runStart } from '#wasm-abi/bind/preemption.ts';
import { instantiate, type Running } from '../wasm-abi/rewrite/rewritten.ts';
import type { Verdict } from './differential.ts';
import { type FuzzHost, fuzzHost, plain } from './fuzz-host.ts';

const MOST_CALLS = 12;

/**
 * Runs random calls in an instance, puts it back, and compares it with a new one: as they are, and by what further random
 * calls give, trap on, tell the host and leave.
 * @param module with its memories and globals exposed
 */
export async function compareRecycled(
  module: Uint8Array<ArrayBuffer>,
  seed: number,
): Promise<Verdict> {
  const used = start(module);
  const { recycling } = used.running;
  if (!recycling || 'obstacle' in recycling)
    return { kind: 'skipped', why: recycling?.obstacle.replaceAll(/\d+|, .*/g, '') ?? '' };
  const { memories, exports } = used.running;
  const globals = recycling.globals.map((name) => exports[name] as WebAssembly.Global);
  const pristine = Pristine.of(memories, globals);
  if (!pristine) return { kind: 'skipped', why: 'a global is a NaN' };
  await behave(used, seed);
  if (!pristine.restore(memories, globals)) return { kind: 'skipped', why: 'its memory has grown' };
  const fresh = start(module);
  const states = [state(used), state(fresh)];
  for (const each of [used, fresh]) each.host.log.length = 0;
  const [recycled, expected] = [await behave(used, ~seed), await behave(fresh, ~seed)];
  const lines = [...states[0]!, ...recycled];
  const other = [...states[1]!, ...expected];
  // The depth of the stack is not part of what a program means.
  if ([...lines, ...other].some((line) => line.includes('call stack')))
    return { kind: 'skipped', why: 'too deep' };
  const at = lines.findIndex((line, index) => line !== other[index]);
  if (at < 0 && lines.length === other.length) return { kind: 'same' };
  return { kind: 'different', what: `recycled: ${lines[at]}, new: ${other[at]}` };
}

interface Subject {
  readonly running: Running;
  readonly host: FuzzHost;
}

function start(module: Uint8Array<ArrayBuffer>): Subject {
  const host = fuzzHost(new WebAssembly.Module(module));
  const running = instantiate(module, 'epoch', host.imports);
  host.attach(running.exports);
  return { running, host };
}

/** Runs what was the start function, and then random exports with random parameters. */
async function behave({ running, host }: Subject, seed: number): Promise<readonly string[]> {
  const { exports } = running;
  const lines: string[] = [];
  try {
    await runStart(exports);
  } catch (error) {
    lines.push(`start: ${String(error)}`);
  }
  const functions = Object.entries(exports).flatMap(([name, value]) =>
    typeof value === 'function' && !name.startsWith('vstar:') ? [{ name, call: value }] : [],
  );
  const random = numbers(seed);
  for (let left = functions.length === 0 ? 0 : MOST_CALLS; left > 0; left--) {
    const { name, call } = functions[random() % functions.length]!;
    const params = Array.from({ length: call.length }, () => parameter(random));
    try {
      lines.push(`${name}(${params.join()}): ${JSON.stringify(plain(call(...params)))}`);
    } catch (error) {
      lines.push(`${name}(${params.join()}): ${String(plain(error))} ${String(error)}`);
    }
  }
  return [...host.log.map(String), ...lines, ...state({ running, host })];
}

/** All that code can change: memories, and globals bit by bit as far as JavaScript sees them. */
function state({ running: { exports, memories } }: Subject): readonly string[] {
  const hashes = memories.map(({ buffer }) =>
    createHash('sha256').update(new Uint8Array(buffer)).digest('hex'),
  );
  const globals = Object.entries(exports).flatMap(([name, value]) =>
    value instanceof WebAssembly.Global && /^(global |vstar:global)/.test(name)
      ? [`${name}: ${String(plain(value.value))}`]
      : [],
  );
  return [...hashes, ...globals];
}

/** As text, which both numbers and BigInts are made of. */
function parameter(random: () => number): string {
  const value = random();
  return String(value % 3 === 0 ? value % 17 : value | 0);
}

function numbers(seed: number): () => number {
  let last = seed | 1;
  return () => {
    last = (Math.imul(last, 1_664_525) + 1_013_904_223) | 0;
    return last >>> 8;
  };
}
