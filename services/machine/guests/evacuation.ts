import { log, now } from 'vstar';
import type { Attempts } from './attempts.ts';
import { relief } from './balance.ts';
import type { Book, Group, Machine } from './book.ts';
import { can } from './kind.ts';
import type { LiveTable } from './live.ts';
import type { Done, Moves } from './moves.ts';
import { Places } from './places.ts';

/** At most so many leave at once: each has streams on the connection between two nodes. */
const LEAVING_AT_ONCE = 3;

export interface EvacuationComponents {
  readonly book: Book;
  readonly live: LiveTable;
  readonly moves: Moves;
  readonly attempts: Attempts;
  /** Takes one down, and lets it go on on another node. */
  readonly relocate: (group: Group, machine: Machine, done: Done) => void;
}

/** Has machines leave nodes: those that are being drained, and those that have too much to do. */
export class Evacuation {
  readonly #components: EvacuationComponents;
  #count = 0;

  constructor(components: EvacuationComponents) {
    this.#components = components;
  }

  /** Has machines leave nodes that are being drained, some at a time. */
  clear(nodes: ReadonlySet<string>): void {
    if (nodes.size === 0) return;
    const places = new Places();
    for (const { group, machine, node } of this.#movable()) {
      if (this.#count >= LEAVING_AT_ONCE) return;
      if (nodes.has(node)) this.#clear(group, machine, places);
    }
  }

  /** Moves one off a node that is overloaded, if another one is better off by far. */
  balance(): void {
    const { live, moves } = this.#components;
    if (moves.count + this.#count > 0) return;
    const movable = this.#movable().filter(
      ({ group, machine }) => can(group, 'live') && live.of(machine).state === 'running',
    );
    if (movable.length === 0) return;
    const places = new Places();
    const found = relief(places.hosts, movable, ({ group, node }) =>
      this.#roomy(group, places.to(group, node)),
    );
    if (!found) return;
    const { group, machine, name } = found.machine;
    log('info', `machine ${name} is moved off a node that is overloaded`);
    this.#begin(machine, (done) => moves.begin(group, machine, [found.node], done));
  }

  /** A machine has been removed. */
  forget({ name }: Machine): void {
    this.#components.attempts.left(name);
  }

  /** Those that are there, and may be tried again by now. */
  #movable() {
    const { book, live, attempts } = this.#components;
    return [...book.groups.values()].flatMap((group) =>
      group.machines.flatMap((machine) => {
        const { state, node } = live.of(machine);
        const { name } = machine;
        if ((state !== 'running' && state !== 'paused') || node === null) return [];
        if (!attempts.isDue(name, now())) return [];
        return [{ group, machine, name, node, memory: group.shape.memory }];
      }),
    );
  }

  #clear(group: Group, machine: Machine, places: Places): void {
    const { live, moves, relocate } = this.#components;
    if (can(group, 'live')) {
      const to = this.#roomy(group, places.to(group, live.of(machine).node));
      this.#begin(machine, (done) => moves.begin(group, machine, to, done));
      return;
    }
    this.#begin(machine, (done) => {
      const { name } = machine;
      // What runs in it begins anew, which whoever does not want that has said.
      if (!can(group, 'suspend') && group.restart === 'never')
        return done(`unsupported: ${name} would begin anew, and is not to be restarted`);
      if (this.#roomy(group, places.for(group)).length === 0)
        return done(`full: no other node has room for ${name}`);
      relocate(group, machine, done);
    });
  }

  #roomy(group: Group, nodes: readonly string[]): string[] {
    return this.#components.attempts.roomy(nodes, group.name, now());
  }

  #begin(machine: Machine, work: (done: Done) => void): void {
    const { attempts, book } = this.#components;
    const { name } = machine;
    this.#count += 1;
    work((error) => {
      this.#count -= 1;
      if (book.find(name)?.machine !== machine) return; // it was removed meanwhile
      if (error === undefined) attempts.left(name);
      else if (attempts.failed(name, now()))
        log('warn', `machine ${name} does not leave its node yet: ${error}`);
    });
  }
}
