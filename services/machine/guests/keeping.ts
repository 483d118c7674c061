import { now, startRpc } from 'vstar';
import type { Snapshot } from 'vstar/hypervisor';
import type { Book, Group, Machine, Wanted } from './book.ts';
import { forget, keptPaths } from './kept.ts';
import type { LiveTable } from './live.ts';
import type { Done } from './moves.ts';

const MIB = 1 << 20;
const KEEP_WITHIN_MS = 120_000;
/** Beside that, for each MiB of memory. */
const KEEP_MS_PER_MIB = 100;

export interface KeepingComponents {
  readonly book: Book;
  readonly live: LiveTable;
  readonly ended: (group: Group, machine: Machine) => void;
  readonly removed: (machine: Machine) => string;
}

/** Keeps machines in vStore: those that leave, and those that go on. */
export class Keeping {
  readonly #components: KeepingComponents;
  #isBusy = false;

  constructor(components: KeepingComponents) {
    this.#components = components;
  }

  /**
   * Takes one down and keeps what it needs to go on, or its disk alone.
   * @param wanted what it is to be from then on. Default: what it is then
   */
  leave(
    group: Group,
    machine: Machine,
    identity: 'suspend' | 'stop',
    done: Done,
    wanted?: Wanted,
  ): void {
    const left = identity === 'stop' ? 'stopped' : 'suspended';
    this.#keep(group, machine, identity, done, (kept, as) => {
      const live = this.#components.live.of(machine);
      Object.assign(live, { state: left, vtid: null, node: null });
      this.#note(group, machine, kept, as, wanted ?? left);
      done();
    });
  }

  /** Keeps one as it is now, while it goes on: what it is made again from, should it be lost. */
  snapshot(group: Group, machine: Machine, done: Done): void {
    const { live, ended } = this.#components;
    const { state } = live.of(machine);
    this.#keep(group, machine, 'snapshot', done, (kept, as) => {
      const known = live.of(machine);
      Object.assign(known, { state, keptAt: now() });
      this.#note(group, machine, kept, as, machine.wanted);
      if (known.end) ended(group, machine);
      done();
    });
  }

  /** Keeps one of those that are to be kept every so often, and whose time has come. */
  snapshotNext(): void {
    if (this.#isBusy) return;
    const { book, live } = this.#components;
    for (const group of book.groups.values())
      for (const machine of group.snapshotEvery ? group.machines : []) {
        const { state, keptAt } = live.of(machine);
        if (state !== 'running' || now() - keptAt < group.snapshotEvery! * 1_000) continue;
        this.#isBusy = true;
        return this.snapshot(group, machine, () => {
          this.#isBusy = false;
          live.of(machine).keptAt = now(); // one that could not be kept is tried again after that time too
        });
      }
  }

  #keep(
    group: Group,
    machine: Machine,
    identity: 'suspend' | 'stop' | 'snapshot',
    done: Done,
    good: (kept: Snapshot, as: string) => void,
  ): void {
    const { book, live, ended, removed } = this.#components;
    const known = live.of(machine);
    const { vtid, state } = known;
    if (vtid === null || (state !== 'running' && state !== 'paused'))
      return done(`refused: ${machine.name} is ${state}`);
    Object.assign(known, { state: identity === 'snapshot' ? 'saving' : 'leaving', end: null });
    // What another before this vTask has begun and not noted.
    if (machine.keepingAs !== undefined) forget(keptPaths(machine.keepingAs));
    machine.used = (machine.used ?? machine.generation) + 1;
    const as = `${machine.name}.${machine.used}`;
    machine.keepingAs = as;
    book.save(group, machine);
    const within = KEEP_WITHIN_MS + (group.shape.memory / MIB) * KEEP_MS_PER_MIB;
    startRpc(vtid, identity, within, keptPaths(as), (error, kept: Snapshot) => {
      if (!live.has(machine, known)) {
        forget(keptPaths(as));
        return done(removed(machine));
      }
      if (!error) return good(kept, as);
      known.state = state;
      if (known.end) ended(group, machine);
      done(error.message);
    });
  }

  #note(group: Group, machine: Machine, kept: Snapshot, as: string, wanted: Wanted): void {
    const before = machine.keptAs;
    // Inside of a record, what is absent comes as null.
    const { memory, disk, cpu } = kept;
    machine.kept = { memory: memory ?? undefined, disk, cpu: cpu ?? undefined };
    Object.assign(machine, { keptAs: as, wanted });
    delete machine.keepingAs;
    this.#components.book.save(group, machine);
    if (before !== undefined) forget(keptPaths(before));
  }
}
