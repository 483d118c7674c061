import type { Change } from 'posiv:kernel/ipc@0.1.0';
import type { Vtid } from 'posiv:kernel/types@0.1.0';
import { now } from './clock.ts';
import { onEnd } from './on-end.ts';
import { exit, vtaskKill, vtaskNew, vtaskSched } from './vtask.ts';
import type { VtaskOptions } from './vtask.ts';

const SHUTDOWN_STATUS = 1;

/** A vTask that a supervisor keeps running. */
export interface Child {
  /** Unique among the children of a supervisor. */
  id: string;
  /** The path of its image. */
  image: string;
  cmd?: string[];
  /** It ends with its supervisor, so never `detached`; its supervisor makes it again, so `restart` is not the kernel's. */
  options?: Omit<VtaskOptions, 'detached' | 'restart'>;
  /** After which ends it is started again: any, any but an exit with status 0, or none. Default `always`. */
  restart?: 'always' | 'on-failure' | 'never';
}

export interface SupervisorOptions {
  /**
   * Who is started again with a child that is: it alone, all, or those that come after it. The others are ended first, the last
   * one first. Default `one-for-one`.
   */
  strategy?: 'one-for-one' | 'all-for-one' | 'rest-for-one';
  /** So many starts after an end within `periodMs` are too many with one more. Default 3. */
  intensity?: number;
  /** Default 5,000. */
  periodMs?: number;
}

/**
 * Starts children in their order and starts them again as they end, as a supervisor of Erlang/OTP does. When they end too often
 * it ends all of them, and its vTask with status 1: then whoever supervises that one decides.
 *
 * It works while the vTask handles events: as a service, or in `serve`.
 */
export class Supervisor {
  readonly #children: readonly Child[];
  readonly #strategy: NonNullable<SupervisorOptions['strategy']>;
  readonly #intensity: number;
  readonly #periodMs: number;
  readonly #running = new Map<string, { readonly vtid: Vtid; readonly forget: () => void }>();
  #starts: number[] = [];
  #stopped = false;

  /** @throws {refused | unreachable | quota-exceeded} one could not be started: those before it are ended again */
  constructor(children: readonly Child[], options: SupervisorOptions = {}) {
    const { strategy = 'one-for-one', intensity = 3, periodMs = 5_000 } = options;
    if (new Set(children.map(({ id }) => id)).size < children.length)
      throw new RangeError('two children of a supervisor have one id');
    this.#children = children;
    this.#strategy = strategy;
    this.#intensity = intensity;
    this.#periodMs = periodMs;
    try {
      for (const child of children) this.#start(child);
    } catch (error) {
      this.stop();
      throw error;
    }
  }

  /** The vTask that a child is now; undefined while there is none. */
  vtidOf(id: string): Vtid | undefined {
    return this.#running.get(id)?.vtid;
  }

  /** Ends all children, the last one first, and starts none again. */
  stop(): void {
    this.#stopped = true;
    for (const { id } of this.#children.toReversed()) this.#end(id);
  }

  #start(child: Child): void {
    const { id, image, cmd, options } = child;
    const vtid = vtaskNew(undefined, image, cmd, { ...options, detached: false });
    this.#running.set(id, { vtid, forget() {} }); // ended with the others, also if it cannot be watched
    const forget = onEnd(vtid, (change) => this.#ended(child, vtid, change));
    this.#running.set(id, { vtid, forget });
    vtaskSched(vtid);
  }

  #end(id: string): void {
    const running = this.#running.get(id);
    if (running === undefined) return;
    this.#running.delete(id);
    running.forget();
    try {
      vtaskKill(running.vtid);
    } catch {
      // its node cannot be reached: it ends with this vTask, or with its node
    }
  }

  #ended(child: Child, vtid: Vtid, change: Change): void {
    if (this.#stopped || this.vtidOf(child.id) !== vtid) return;
    this.#running.delete(child.id);
    if (!isDue(child.restart ?? 'always', change)) return;
    const others = this.#with(child);
    for (const { id } of others.toReversed()) this.#end(id);
    this.#startAgain(others.filter((each) => each.restart !== 'never'));
  }

  /** Those that end with a child. */
  #with(child: Child): readonly Child[] {
    if (this.#strategy === 'one-for-one') return [child];
    if (this.#strategy === 'all-for-one') return this.#children;
    return this.#children.slice(this.#children.indexOf(child));
  }

  #startAgain(children: readonly Child[]): void {
    if (this.#isTooOften()) return this.#giveUp();
    for (const child of children)
      // One that cannot be started has ended once more.
      while (!this.#tryStart(child)) if (this.#isTooOften()) return this.#giveUp();
  }

  #tryStart(child: Child): boolean {
    try {
      this.#start(child);
      return true;
    } catch {
      this.#end(child.id);
      return false;
    }
  }

  #giveUp(): void {
    this.stop();
    exit(SHUTDOWN_STATUS);
  }

  #isTooOften(): boolean {
    const time = now();
    this.#starts = [...this.#starts.filter((each) => time - each < this.#periodMs), time];
    return this.#starts.length > this.#intensity;
  }
}

function isDue(restart: NonNullable<Child['restart']>, change: Change): boolean {
  if (restart === 'never') return false;
  return restart === 'always' || change.tag !== 'exited' || change.val !== 0;
}
