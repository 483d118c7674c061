import { createHash } from 'node:crypto';
import type { Verdict } from './differential.ts';
import { plain } from './fuzz-host.ts';

const MOST_CALLS = 12;

/** Something to be compared: its functions, and all that they can change. */
export interface Subject {
  readonly exports: readonly WebAssembly.Exports[];
  readonly memories: readonly WebAssembly.Memory[];
  /** What its host was told. */
  readonly log: readonly unknown[];
}

/** Calls random exports with random parameters. @returns what came of it, and what it left */
export function behaviour(subject: Subject, seed: number): readonly string[] {
  const functions = subject.exports.flatMap((exports) =>
    Object.entries(exports).flatMap(([name, value]) =>
      typeof value === 'function' && !name.startsWith('vstar:') ? [{ name, call: value }] : [],
    ),
  );
  const lines: string[] = [];
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
  return [...subject.log.map(String), ...lines, ...state(subject)];
}

/** All that code can change: memories, and globals bit by bit as far as JavaScript sees them. */
export function state({ exports: all, memories }: Subject): readonly string[] {
  const hashes = memories.map(({ buffer }) =>
    createHash('sha256').update(new Uint8Array(buffer)).digest('hex'),
  );
  const globals = all.flatMap((exports) =>
    Object.entries(exports).flatMap(([name, value]) =>
      value instanceof WebAssembly.Global && /^(global |vstar:global)/.test(name)
        ? [`${name}: ${String(plain(value.value))}`]
        : [],
    ),
  );
  return [...hashes, ...globals];
}

/** Of what an instance that was put back did and left, and a new one. */
export function verdictOf(recycled: readonly string[], fresh: readonly string[]): Verdict {
  // The depth of the stack is not part of what a program means.
  if ([...recycled, ...fresh].some((line) => line.includes('call stack')))
    return { kind: 'skipped', why: 'too deep' };
  const at = recycled.findIndex((line, index) => line !== fresh[index]);
  if (at < 0 && recycled.length === fresh.length) return { kind: 'same' };
  return { kind: 'different', what: `recycled: ${recycled[at]}, new: ${fresh[at]}` };
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
