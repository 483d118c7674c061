import { setTimeout as pause } from 'node:timers/promises';
import type { Options } from '#posiv-wit/generated/kernel.ts';
import type { Attacker } from './attacker.ts';
import { preview1Image } from './guests/preview1-image.ts';
import { choiceOf, wasiImage, type WasiText } from './guests/wasi-image.ts';
import { ENDED_WITHIN_MS, endedWith, KILLED_WITHIN_MS, killedAfterRage } from './outcomes.ts';
import { type Containment, NotContainedError, type Scenario } from './scenario.ts';

/** Between two looks, what a vTask that only waits may compute: on a machine with other work, that of being measured. */
const MOST_BUSY_US = 50_000;
const LOOK_MS = 500;

/** One way to abuse an interface, and how whoever tries it ends. */
export interface Abuse {
  readonly what: string;
  /** Gives the status. */
  readonly body: string;
  /** `killed`: never ends by itself, and `waits` the same, without using the processor meanwhile. */
  readonly end: RegExp | 'killed' | 'waits';
  readonly options?: Partial<Options>;
}

/** It did not get further than it may. */
export const HELD = /^exited: 0$/;
/** A trap with this text. */
export const trapped = (what: string): RegExp => new RegExp(`^trapped: trap: .*${what}`);

/**
 * A component that imports one interface of WASI, which each of several vTasks abuses in its own way, one after another. It is
 * contained when all of them are.
 */
export function abuses(
  name: string,
  imports: WasiText['imports'],
  list: readonly Abuse[],
): Scenario {
  return inTurn(name, list, (bodies) => wasiImage({ imports, bodies }));
}

/** The same with a command of preview 1, which imports all of it. @param texts in its memory from 2,048 on */
export function preview1Abuses(name: string, list: readonly Abuse[], texts?: string): Scenario {
  return inTurn(name, list, (bodies) => preview1Image(bodies, texts));
}

function inTurn(
  name: string,
  list: readonly Abuse[],
  make: (bodies: readonly string[]) => Promise<Uint8Array>,
): Scenario {
  return {
    name,
    tries: list.map(({ what }) => what).join('; '),
    withinMs: ENDED_WITHIN_MS,
    async run(attacker) {
      const image = await make(list.map(({ body }) => body));
      const path = await attacker.store(image);
      let ms = 0;
      let late: string | undefined;
      const reasons = new Map<string, number>();
      for (const [at, abuse] of list.entries()) {
        const seen = await one(attacker, path, choiceOf(at), abuse).catch((cause: unknown) => {
          const because = cause instanceof Error ? cause.message : String(cause);
          throw new NotContainedError(`${abuse.what}: ${because}`, { cause });
        });
        ms = Math.max(ms, seen.ms);
        if (!(abuse.end instanceof RegExp) && seen.ms > KILLED_WITHIN_MS)
          late ??= `${abuse.what}: to kill it took ${Math.round(seen.ms)} of ${KILLED_WITHIN_MS} ms`;
        const short = seen.reason.split(':', 1)[0] ?? '';
        reasons.set(short, (reasons.get(short) ?? 0) + 1);
      }
      return { ms, late, reason: [...reasons].map(([reason, n]) => `${n} ${reason}`).join(', ') };
    },
  };
}

async function one(
  attacker: Attacker,
  image: string,
  choice: string,
  { end, options }: Abuse,
): Promise<Containment> {
  const guest = { image, cmd: [choice], ...(options && { options }) };
  if (end instanceof RegExp) return endedWith(attacker, guest, end);
  const provoke =
    end === 'waits' ? (_: Attacker, vtid: string) => rests(attacker, vtid) : undefined;
  return killedAfterRage(attacker, guest, provoke);
}

/** Waits until it has started and computes no more. */
async function rests(attacker: Attacker, vtid: string): Promise<void> {
  const until = performance.now() + ENDED_WITHIN_MS;
  for (let before = await attacker.cpuUs(vtid); performance.now() < until;) {
    await pause(LOOK_MS);
    const now = await attacker.cpuUs(vtid);
    if (now > 0 && now - before < MOST_BUSY_US) return;
    before = now;
  }
  throw new NotContainedError('it computes on as it waits');
}
