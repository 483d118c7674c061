import { enter } from '#wasm-abi/bind/hibernated.ts';
import { Pristine } from '#wasm-abi/bind/pristine.ts';
import { runStart } from '#wasm-abi/bind/preemption.ts';
import { instantiate, type Running } from '../wasm-abi/rewrite/rewritten.ts';
import { behaviour, state, type Subject, verdictOf } from './behaviour.ts';
import type { Verdict } from './differential.ts';
import { fuzzHost } from './fuzz-host.ts';

/**
 * Runs random calls in an instance and compares it with one that goes on from there as if that had hibernated; then puts it
 * back and compares it with a new one: as they are, and by what further random calls give, trap on, tell the host and leave.
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
  const left = pristine.stateOf(memories, globals, Number.POSITIVE_INFINITY);
  if (left) {
    const woken = start(module);
    const others = recycling.globals.map((name) => woken.running.exports[name]);
    enter(left, woken.running.memories, others as WebAssembly.Global[]);
    const verdict = await compare(woken, used, seed + 1);
    if (verdict.kind !== 'same') return verdict;
  }
  // In one way or the other: by all that is in its memories, or by what has changed.
  const changed = pristine.stateOf(memories, globals, Number.POSITIVE_INFINITY);
  const bytes = memories.map(({ buffer }) => new Uint8Array(buffer));
  if (!pristine.restore(bytes, globals, seed % 2 === 0 ? changed : undefined))
    return { kind: 'skipped', why: 'its memory has grown' };
  return compare(used, start(module), ~seed);
}

/** Two that should be the same, by what they are and what they do. */
async function compare(one: Started, expected: Started, seed: number): Promise<Verdict> {
  const states = [state(one.subject), state(expected.subject)] as const;
  for (const each of [one, expected]) each.subject.log.length = 0;
  const lines = [...states[0], ...(await behave(one, seed))];
  return verdictOf(lines, [...states[1], ...(await behave(expected, seed))]);
}

interface Started {
  readonly running: Running;
  readonly subject: Subject & { readonly log: unknown[] };
}

function start(module: Uint8Array<ArrayBuffer>): Started {
  const host = fuzzHost(new WebAssembly.Module(module));
  const running = instantiate(module, 'epoch', host.imports);
  host.attach(running.exports);
  const { exports, memories } = running;
  return { running, subject: { exports: [exports], memories, log: host.log } };
}

/** Runs what was the start function, and then random exports. */
async function behave({ running, subject }: Started, seed: number): Promise<readonly string[]> {
  const lines: string[] = [];
  try {
    await runStart(running.exports);
  } catch (error) {
    lines.push(`start: ${String(error)}`);
  }
  return [...lines, ...behaviour(subject, seed)];
}
