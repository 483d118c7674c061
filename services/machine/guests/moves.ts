import { log, now, rpc, startRpc, VStarError } from 'vstar';
import type { Offer } from 'vstar/hypervisor';
import { isElsewhere, isUnanswered } from './agents.ts';
import type { Agents, Known } from './agents.ts';
import type { Attempts } from './attempts.ts';
import type { Book, Group, Machine } from './book.ts';
import type { LiveTable } from './live.ts';
import { specOf } from './spec.ts';

export type Done = (error?: string, result?: unknown) => void;

const ANSWER_WITHIN_MS = 10_000;

/** What a move needs of the fleet. */
export interface MovesComponents {
  readonly book: Book;
  readonly agents: Agents;
  readonly attempts: Attempts;
  readonly live: LiveTable;
  readonly adopt: (group: Group, machine: Machine, vtid: string, known: Known) => void;
  readonly ended: (group: Group, machine: Machine) => void;
  /** Nobody can say how a move went: it is found out later. */
  readonly unsure: (group: Group, machine: Machine) => void;
  readonly removed: (machine: Machine) => string;
}

/**
 * Moves machines that run to other nodes. A machine is that of the agent whose number the book has; the one that takes it over is written
 * there beside it, before it is made. So whoever comes after this vTask, whatever was lost at whatever moment, asks both: the taker has it
 * or has ended, and only when that one has ended for certain the giver is told to go on.
 */
export class Moves {
  readonly #components: MovesComponents;
  #count = 0;

  constructor(components: MovesComponents) {
    this.#components = components;
  }

  /** Being moved now. */
  get count(): number {
    return this.#count;
  }

  /** @param places the nodes to try, one after the other */
  begin(group: Group, machine: Machine, places: readonly string[], done: Done): void {
    const known = this.#components.live.of(machine);
    const { state, vtid } = known;
    if (vtid === null || (state !== 'running' && state !== 'paused'))
      return done(`refused: ${machine.name} is ${state}`);
    if (places.length === 0)
      return done(`full: no other node has room for ${machine.name} and the processor that it has`);
    Object.assign(known, { state: 'moving', end: null });
    this.#count += 1;
    this.#try(group, machine, { places, vtid, before: state }, (error, result) => {
      this.#count -= 1;
      done(error, result);
    });
  }

  /**
   * Finds out how a move went that somebody before this vTask has begun.
   * @throws {unreachable} {timeout} nobody can say yet
   */
  settle(group: Group, machine: Machine): void {
    const { agents, book, adopt } = this.#components;
    const [old, next] = [machine.generation, machine.successor!].map((generation) =>
      agents.find(machine.name, generation),
    );
    const made = next === undefined ? {} : this.#knownOf(next);
    if (next !== undefined && made.known) {
      this.#commit(group, machine, next, made.known);
      if (old !== undefined) agents.abandon(old);
      return;
    }
    if (next !== undefined) agents.kill(next);
    delete machine.successor;
    book.save(group, machine);
    if (old === undefined) this.#components.ended(group, machine);
    else adopt(group, machine, old, rpc(old, 'take-back', ANSWER_WITHIN_MS) as Known);
  }

  #try(
    group: Group,
    machine: Machine,
    at: { places: readonly string[]; vtid: string; before: 'running' | 'paused' },
    done: Done,
  ): void {
    const { agents, attempts, book, live } = this.#components;
    const known = live.of(machine);
    const [node, ...places] = at.places;
    const back = (error: string): void => this.#back(group, machine, at, error, done);
    startRpc(at.vtid, 'offer', ANSWER_WITHIN_MS, undefined, (error, offer: Offer) => {
      if (!live.has(machine, known)) return done(this.#components.removed(machine));
      if (error) return back(error.message);
      machine.used = (machine.used ?? machine.generation) + 1;
      machine.successor = machine.used;
      book.save(group, machine);
      const paused = at.before === 'paused';
      const spec = specOf(group, machine, { from: undefined, paused });
      const launch = { name: machine.name, generation: machine.successor, spec, node, offer };
      agents.begin(launch, (failure, launched) => {
        if (!live.has(machine, known)) {
          if (launched) agents.abandon(launched.vtid);
          return done(this.#components.removed(machine));
        }
        if (launched) {
          this.#commit(group, machine, launched.vtid, launched.known);
          agents.abandon(at.vtid); // its own node has ended it already, unless it did not hear
          const { moved } = launched.known;
          return done(undefined, { node: known.node, moved });
        }
        if (!failure!.isOver) {
          // Should it have taken the machine it answers for it later.
          this.#components.unsure(group, machine);
          return done(`unreachable: whether ${machine.name} was moved nobody can say yet`);
        }
        if (failure!.code === 'full' && node !== undefined) attempts.full(node, group.name, now());
        if (isElsewhere(failure!) && places.length > 0 && known.end === null)
          return this.#try(group, machine, { ...at, places }, done);
        back(failure!.text);
      });
    });
  }

  /** The machine is that of the agent that took it. */
  #commit(group: Group, machine: Machine, vtid: string, known: Known): void {
    const { book, adopt } = this.#components;
    machine.generation = machine.successor!;
    delete machine.successor;
    book.save(group, machine);
    adopt(group, machine, vtid, known);
  }

  /** Nobody has taken it: it goes on where it is, if it does. */
  #back(
    group: Group,
    machine: Machine,
    { vtid, before }: { vtid: string; before: 'running' | 'paused' },
    why: string,
    done: Done,
  ): void {
    const { book, live, ended, unsure } = this.#components;
    const known = live.of(machine);
    startRpc(vtid, 'take-back', ANSWER_WITHIN_MS, undefined, (error) => {
      if (!live.has(machine, known)) return done(this.#components.removed(machine));
      if (error && known.end === null) {
        log('warn', `machine ${machine.name} may stand still: ${error.message}`);
        unsure(group, machine);
        return done(why);
      }
      delete machine.successor;
      book.save(group, machine);
      known.state = before;
      if (known.end) ended(group, machine);
      done(why);
    });
  }

  /** What an agent has made, where it is not failing. @throws {unreachable} {timeout} nobody can say */
  #knownOf(vtid: string): { known?: Known } {
    try {
      return this.#components.agents.known(vtid);
    } catch (error) {
      if (error instanceof VStarError && isUnanswered(error.code)) throw error;
      return {};
    }
  }
}
