import { log, VStarError } from 'vstar';
import type { Agents } from './agents.ts';
import type { Book, Group, Machine, Member } from './book.ts';
import { NoSuchMachineError, RefusedError } from './errors.ts';
import type { Fleet } from './fleet.ts';
import type { Done } from './moves.ts';

/** Of one request, as of `create`: the answer is one payload. */
const MOST = 1_000;

/** What `remove` is asked for: machines by their names, or all of a group. */
export interface RemoveRequest {
  names?: string[] | null;
  group?: string | null;
}

/** What became of one. `leaving`: its node cannot be reached, and it is ended as soon as that can; until then its name is taken. */
interface Outcome {
  name: string;
  state: 'removed' | 'leaving' | 'failed';
  /** Why it failed: then it is as it was. */
  error: string | null;
}

interface Asked {
  names: readonly string[];
  failed: ReadonlyMap<string, string>;
  done: Done;
}

interface Leaving extends Member {
  /** Its agent, where that is known. */
  vtid: string | undefined;
}

export interface RemovalComponents {
  readonly book: Book;
  readonly agents: Agents;
  readonly fleet: Pick<Fleet, 'forget'>;
}

/**
 * Removes machines. All of a group that one request names are written down by one write, before anything is done about them: from then on they
 * are removed, whatever is lost. Then they are ended one after the other, with time for others in between; whoever comes after this vTask goes
 * on with that.
 */
export class Removal {
  readonly #components: RemovalComponents;
  /** To be ended now. */
  readonly #due = new Map<Machine, Leaving>();
  #asked: Asked[] = [];

  constructor(components: RemovalComponents) {
    this.#components = components;
  }

  /** How many are to be ended now. */
  get count(): number {
    return this.#due.size;
  }

  /** `done` is called once nothing is left of those whose nodes can be reached. @throws {refused} */
  begin({ names, group }: RemoveRequest, done: Done): void {
    const { book } = this.#components;
    const members = book.groups.get(group ?? '')?.machines ?? [];
    if (!names === !group) throw new RefusedError('give the names of machines, or their group');
    const all = new Set(names ?? members.map(({ name }) => name));
    if (all.size > MOST)
      throw new RefusedError(`${all.size} machines are to be removed at once: at most ${MOST}`);
    if (group && members.length === 0) throw new NoSuchMachineError(group);
    const failed = new Map<string, string>();
    const byGroup = new Map<Group, Set<Machine>>();
    for (const name of all) {
      const found = book.find(name);
      const before = book.leavingOne(name);
      if (found)
        byGroup.set(found.group, (byGroup.get(found.group) ?? new Set()).add(found.machine));
      else if (before) this.#add({ ...before, vtid: undefined });
      else failed.set(name, new NoSuchMachineError(name).message);
    }
    for (const [of, machines] of byGroup) this.#remove(of, machines, failed);
    this.#asked.push({ names: [...all], failed, done });
  }

  /** Looks again for those of which nobody could say anything. */
  look(): void {
    for (const member of this.#components.book.leaving) this.#add({ ...member, vtid: undefined });
    this.#settle(false);
  }

  /** Ends one, if there is one to be ended. */
  step(): void {
    const [next] = this.#due.values();
    if (next) {
      this.#due.delete(next.machine);
      this.#end(next);
    }
    if (this.#due.size > 0 || this.#asked.length === 0) return;
    this.#settle(true);
    for (const asked of this.#asked.splice(0)) this.#answer(asked);
  }

  #remove(group: Group, machines: ReadonlySet<Machine>, failed: Map<string, string>): void {
    const { book, fleet } = this.#components;
    try {
      book.remove(group, machines);
    } catch (error) {
      if (!(error instanceof VStarError)) throw error;
      for (const { name } of machines) failed.set(name, error.message);
      return;
    }
    const agents = fleet.forget(machines);
    for (const machine of machines)
      this.#due.set(machine, { group, machine, vtid: agents.get(machine.name) });
  }

  #add(leaving: Leaving): void {
    if (!this.#due.has(leaving.machine)) this.#due.set(leaving.machine, leaving);
  }

  #end(leaving: Leaving): void {
    const { book, agents } = this.#components;
    const { machine, vtid } = leaving;
    try {
      if (vtid !== undefined) agents.kill(vtid);
      else this.#endNamed(machine.name, machine.generation);
      if (machine.successor !== undefined) this.#endNamed(machine.name, machine.successor);
    } catch (error) {
      if (error instanceof VStarError) return; // nobody can say: it is looked for again
      throw error;
    }
    book.ended(leaving);
  }

  #endNamed(name: string, generation: number): void {
    const { agents } = this.#components;
    const vtid = agents.find(name, generation);
    if (vtid !== undefined) agents.kill(vtid);
  }

  #settle(whole: boolean): void {
    try {
      this.#components.book.settle(whole);
    } catch (error) {
      if (!(error instanceof VStarError)) throw error;
      log('warn', `that machines are gone was not written yet: ${error.message}`);
    }
  }

  #answer({ names, failed, done }: Asked): void {
    const { book } = this.#components;
    const machines = names.map((name): Outcome => {
      const error = failed.get(name) ?? null;
      if (error !== null) return { name, state: 'failed', error };
      return { name, state: book.leavingOne(name) ? 'leaving' : 'removed', error };
    });
    done(undefined, { machines });
  }
}
