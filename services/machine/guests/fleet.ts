import { info, log, now, startRpc, VStarError } from 'vstar';
import { files } from 'vstar/vstore';
import type { Agents, End, Known } from './agents.ts';
import type { Book, Group, Machine } from './book.ts';
import { Attempts } from './attempts.ts';
import { Evacuation } from './evacuation.ts';
import { Keeping } from './keeping.ts';
import { forget, keptPaths } from './kept.ts';
import { can } from './kind.ts';
import { LiveTable } from './live.ts';
import { countOf, infoOf, pageOf } from './list.ts';
import type { Count, Listed, MachineInfo, Page } from './list.ts';
import { Moves } from './moves.ts';
import type { Done } from './moves.ts';
import { Places } from './places.ts';
import { specOf } from './spec.ts';

/** At most so many are being made at once: as many as nodes have processors, and some on their way. */
const STARTING_AT_ONCE = 8;
const ANSWER_WITHIN_MS = 10_000;
// As the kernel does with vTasks: who ends so often will end again.
const MOST_RESTARTS = 5;
const WITHIN_MS = 60_000;

interface Waiting {
  group: Group;
  machine: Machine;
  node: string | undefined;
  done: Done;
}

/** The machines of a tenant: brings them to where the book says that they are to be. */
export class Fleet {
  readonly keeping: Keeping;
  readonly evacuation: Evacuation;
  readonly #book: Book;
  readonly #agents: Agents;
  readonly #live = new LiveTable();
  readonly #moves: Moves;
  #waiting: Waiting[] = [];
  /** Those of whose agents nobody could say whether they live. */
  #unsure: [Group, Machine][] = [];
  #starting = 0;

  constructor(book: Book, agents: Agents) {
    this.#book = book;
    this.#agents = agents;
    const attempts = new Attempts();
    const components = {
      book,
      agents,
      attempts,
      live: this.#live,
      removed,
      ended: (group: Group, machine: Machine) => this.#takeEnd(group, machine),
      adopt: (...of: [Group, Machine, string, Known]) => this.#adopt(...of),
      unsure: (group: Group, machine: Machine) => void this.#unsure.push([group, machine]),
    };
    this.#moves = new Moves(components);
    this.keeping = new Keeping(components);
    const relocate = (...of: [Group, Machine, Done]): void => this.#relocate(...of);
    this.evacuation = new Evacuation({ ...components, moves: this.#moves, relocate });
  }

  /** Looks for what another before this one has made. */
  recover(): void {
    for (const group of this.#book.groups.values())
      for (const machine of group.machines) this.#unsure.push([group, machine]);
    this.look();
  }

  /** Looks again for those of which nobody could say anything. */
  look(): void {
    for (const [group, machine] of this.#unsure.splice(0)) this.#recover(group, machine);
  }

  /** Begins to make all machines of a group that has just been written into the book. */
  begin(group: Group): void {
    for (const machine of group.machines)
      if (machine.wanted === 'running' || machine.wanted === 'paused')
        this.#enqueue({ group, machine, node: undefined, done: () => {} });
  }

  /** Whether a machine has an agent. */
  isThere(machine: Machine): boolean {
    return this.#live.of(machine).vtid !== null;
  }

  list(asked: Listed): Page {
    return pageOf(this.#book, this.#live, asked);
  }

  /** How far the machines of a group are that are being made. */
  count(group: string): Count {
    return countOf(this.#book, this.#live, group);
  }

  find(name: string): MachineInfo | null {
    const found = this.#book.find(name);
    return found ? infoOf(found.group, found.machine, this.#live.of(found.machine)) : null;
  }

  /** Makes one that is not there. @param node where, else wherever there is room */
  start(group: Group, machine: Machine, node: string | undefined, done: Done): void {
    const live = this.#live.of(machine);
    if (live.vtid !== null || live.state === 'starting' || live.state === 'waiting')
      return done(`refused: ${machine.name} is ${live.state}`);
    if (this.#isUnsure(machine))
      return done(`unreachable: whether the agent of ${machine.name} lives nobody can say yet`);
    this.#takeUnnoted(machine);
    // Of whoever bore the last one nobody may be left in doubt.
    machine.used = (machine.used ?? machine.generation) + 1;
    machine.generation = machine.used;
    machine.wanted = machine.wanted === 'paused' ? 'paused' : 'running';
    this.#book.save(group, machine);
    this.#enqueue({ group, machine, node, done });
  }

  /** Stops or lets go on the processors of one, in its place. */
  hold(group: Group, machine: Machine, identity: 'pause' | 'resume', done: Done): void {
    const live = this.#live.of(machine);
    const { vtid, state } = live;
    if (vtid === null || (state !== 'running' && state !== 'paused'))
      return done(`refused: ${machine.name} is ${state}`);
    startRpc(vtid, identity, ANSWER_WITHIN_MS, undefined, (error) => {
      if (error) return done(error.message);
      if (!this.#live.has(machine, live)) return done(removed(machine));
      live.state = identity === 'pause' ? 'paused' : 'running';
      machine.wanted = live.state;
      this.#book.save(group, machine);
      done();
    });
  }

  /** Moves one that is there to another node, while it runs. @param node where to, else wherever there is room */
  move(group: Group, machine: Machine, node: string | undefined, done: Done): void {
    const from = this.#live.of(machine).node;
    const places = new Places();
    if (node !== undefined && places.is(from, node))
      return done(`refused: ${machine.name} is on that node already`);
    this.#moves.begin(group, machine, node === undefined ? places.to(group, from) : [node], done);
  }

  /** They were removed. @returns their agents, as far as these are known */
  forget(machines: ReadonlySet<Machine>): ReadonlyMap<string, string> {
    const isLeft = (each: Machine): boolean => !machines.has(each);
    const waiting = this.#waiting.filter(({ machine }) => !isLeft(machine));
    this.#waiting = this.#waiting.filter(({ machine }) => isLeft(machine));
    this.#unsure = this.#unsure.filter(([, machine]) => isLeft(machine));
    const vtids = new Map<string, string>();
    for (const machine of machines) {
      const { vtid } = this.#live.of(machine);
      if (vtid !== null) vtids.set(machine.name, vtid);
      this.#live.forget(machine);
      this.evacuation.forget(machine);
    }
    for (const { machine, done } of waiting) done(removed(machine));
    return vtids;
  }

  /** Takes one down whose backend moves none that runs, and lets it go on on another node, which one that has no memory does by beginning anew. */
  #relocate(group: Group, machine: Machine, done: Done): void {
    const keepsMemory = can(group, 'suspend');
    const left = keepsMemory ? 'suspended' : 'stopped';
    const goOn: Done = (error) => {
      if (error !== undefined) return done(error);
      const live = this.#live.of(machine);
      this.start(group, machine, undefined, (failure) => {
        if (failure !== undefined && this.#live.has(machine, live) && !this.#isUnsure(machine)) {
          // What there is of it lies in vStore, and whoever wants it starts it from there.
          live.state = left;
          machine.wanted = left;
          this.#book.save(group, machine);
        }
        done(failure);
      });
    };
    // Whoever comes after this vTask, should it be lost in between, finds one that is to go on.
    this.keeping.leave(group, machine, keepsMemory ? 'suspend' : 'stop', goOn, machine.wanted);
  }

  #recover(group: Group, machine: Machine): void {
    const live = this.#live.of(machine);
    if (machine.wanted === 'suspended' || machine.wanted === 'stopped') {
      live.state = machine.wanted;
      return;
    }
    try {
      if (machine.successor !== undefined) return this.#moves.settle(group, machine);
      const vtid = this.#agents.find(machine.name, machine.generation);
      if (vtid === undefined) this.#again(group, machine, 'its agent has ended');
      else {
        const { known, node } = this.#agents.known(vtid);
        this.#adopt(group, machine, vtid, known, node);
      }
    } catch (error) {
      if (!(error instanceof VStarError)) throw error;
      live.error = error.message;
      this.#unsure.push([group, machine]);
    }
  }

  #enqueue(waiting: Waiting): void {
    Object.assign(this.#live.of(waiting.machine), { state: 'waiting', error: null });
    this.#waiting.push(waiting);
    this.#pump();
  }

  #pump(): void {
    while (this.#starting < STARTING_AT_ONCE) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#starting += 1;
      this.#launch(next);
    }
  }

  #launch({ group, machine, node, done }: Waiting): void {
    const live = this.#live.of(machine);
    live.state = 'starting';
    const { generation } = machine;
    const paused = machine.wanted === 'paused';
    const spec = specOf(group, machine, { from: machine.kept, paused });
    this.#agents.launch({ name: machine.name, generation, spec, node }, (failure, launched) => {
      this.#starting -= 1;
      if (!this.#live.has(machine, live)) {
        if (launched) this.#agents.abandon(launched.vtid);
        done(removed(machine));
      } else if (launched) {
        this.#adopt(group, machine, launched.vtid, launched.known, launched.node);
        done();
      } else {
        const { text, isOver } = failure!;
        Object.assign(live, { state: 'failed', error: text });
        if (!isOver) this.#unsure.push([group, machine]); // its agent may live all the same
        done(text);
      }
      this.#pump();
    });
  }

  /** @param on the node that its agent is on, where that is known */
  #adopt(
    group: Group,
    machine: Machine,
    vtid: string,
    { state, createMs, moved }: Known,
    on?: string,
  ): void {
    const live = this.#live.of(machine);
    const { generation } = machine;
    const ended = (end: End): void => {
      const isOurs = this.#live.has(machine, live) && live.vtid === vtid;
      if (!isOurs || machine.generation !== generation) return;
      live.end = end;
      // What is being done to it says how that went, and takes the end into account.
      const isBusy = live.state === 'leaving' || live.state === 'moving' || live.state === 'saving';
      if (!isBusy) this.#takeEnd(group, machine);
    };
    try {
      const node = on ?? info(vtid).node;
      this.#agents.watch(vtid, ended);
      const since = { moved, keptAt: now(), end: null };
      Object.assign(live, { state, vtid, node, createMs, error: null, ...since });
    } catch (error) {
      if (!(error instanceof VStarError)) throw error;
      // It may live all the same, and is looked for again.
      Object.assign(live, { state: 'failed', vtid: null, node: null, error: error.message });
      this.#unsure.push([group, machine]);
    }
  }

  /** Its agent has ended. */
  #takeEnd(group: Group, machine: Machine): void {
    const live = this.#live.of(machine);
    const { ok, why } = live.end ?? { ok: false, why: 'its agent has ended' };
    Object.assign(live, { vtid: null, node: null, end: null });
    if (!ok) return this.#again(group, machine, why);
    live.state = 'off';
    machine.wanted = 'stopped';
    this.#book.save(group, machine);
  }

  #again(group: Group, machine: Machine, why: string): void {
    const live = this.#live.of(machine);
    live.restarts = live.restarts.filter((time) => now() - time < WITHIN_MS);
    Object.assign(live, { state: 'failed', error: why, vtid: null, node: null });
    if (group.restart === 'never' || live.restarts.length >= MOST_RESTARTS) return;
    log('warn', `machine ${machine.name} is made again: ${why}`);
    live.restarts.push(now());
    this.start(group, machine, undefined, () => {});
  }

  /** What was kept of it, though whoever asked for that was lost before it could be noted: the disk is there last. */
  #takeUnnoted(machine: Machine): void {
    const { keepingAs, keptAs } = machine;
    if (keepingAs === undefined) return;
    const paths = keptPaths(keepingAs);
    try {
      const disk = blobAt(paths.disk);
      if (disk !== undefined) {
        machine.kept = { memory: blobAt(paths.memory), disk, cpu: machine.kept?.cpu };
        machine.keptAs = keepingAs;
      }
      delete machine.keepingAs;
      const gone = disk === undefined ? keepingAs : keptAs;
      if (gone !== undefined) forget(keptPaths(gone));
    } catch (error) {
      if (!(error instanceof VStarError)) throw error;
      log('warn', `what was kept of ${machine.name} cannot be looked at: ${error.message}`);
    }
  }

  #isUnsure(machine: Machine): boolean {
    return this.#unsure.some(([, each]) => each === machine);
  }
}

function blobAt(path: string): string | undefined {
  try {
    return files.stat(path).blob;
  } catch (error) {
    if (error instanceof VStarError && error.code === 'not-found') return undefined;
    throw error;
  }
}

function removed({ name }: Machine): string {
  return `refused: ${name} was removed`;
}
