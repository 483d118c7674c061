import { info, log, now, rpc, startRpc, VStarError } from 'vstar';
import type { Snapshot, Spec, Stats } from 'vstar/hypervisor';
import { files } from 'vstar/vstore';
import type { Agents, End } from './agents.ts';
import { keptPaths } from './book.ts';
import type { Book, Group, Machine, Wanted } from './book.ts';

/** What is being done about a machine, or came of it. */
type State =
  | 'waiting'
  | 'starting'
  | 'running'
  | 'paused'
  | 'leaving'
  | 'suspended'
  | 'stopped'
  | 'off'
  | 'failed';

/** What is known of a machine beside what the book says; it is found out again by whoever comes after this vTask. */
interface Live {
  state: State;
  vtid: string | null;
  node: string | null;
  createMs: number | null;
  /** Why it failed. */
  error: string | null;
  /** When it was made again, in milliseconds of `now`. */
  restarts: number[];
  /** How its agent ended, while something else was waited for. */
  end: End | null;
}

/** What `list` answers of each. */
export interface MachineInfo extends Omit<Live, 'restarts' | 'end'> {
  name: string;
  group: string;
  template: string;
  memory: number;
  processors: number;
  disk: number;
}

export type Done = (error?: string) => void;

/** At most so many are being moved at once: each writes its memory into vStore. */
const MOVING_AT_ONCE = 4;
/** At most so many are being made at once: as many as nodes have processors, and some on their way. */
const STARTING_AT_ONCE = 8;
const KEEP_WITHIN_MS = 120_000;
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
  readonly #book: Book;
  readonly #agents: Agents;
  readonly #live = new Map<string, Live>();
  readonly #waiting: Waiting[] = [];
  /** Those of whose agents nobody could say whether they live. */
  #unsure: [Group, Machine][] = [];
  #starting = 0;
  #moving = 0;

  constructor(book: Book, agents: Agents) {
    this.#book = book;
    this.#agents = agents;
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
      this.#enqueue({ group, machine, node: undefined, done: () => {} });
  }

  /** Whether a machine has an agent. */
  isThere(machine: Machine): boolean {
    return this.#liveOf(machine).vtid !== null;
  }

  list(): MachineInfo[] {
    const all: MachineInfo[] = [];
    for (const { name: group, templateName, shape, machines } of this.#book.groups.values())
      for (const machine of machines) {
        const { restarts: _, end: _end, ...live } = this.#liveOf(machine);
        all.push({ name: machine.name, group, template: templateName, ...shape, ...live });
      }
    return all;
  }

  /** Makes one that is not there. @param node where, else wherever there is room */
  start(group: Group, machine: Machine, node: string | undefined, done: Done): void {
    const live = this.#liveOf(machine);
    if (live.vtid !== null || live.state === 'starting' || live.state === 'waiting')
      return done(`refused: ${machine.name} is ${live.state}`);
    if (this.#unsure.some(([, each]) => each === machine))
      return done(`unreachable: whether the agent of ${machine.name} lives nobody can say yet`);
    machine.generation += 1; // of whoever bore the last one nobody may be left in doubt
    this.#want(group, machine, machine.wanted === 'paused' ? 'paused' : 'running');
    this.#enqueue({ group, machine, node, done });
  }

  /** Stops or lets go on the processors of one, in its place. */
  hold(group: Group, machine: Machine, identity: 'pause' | 'resume', done: Done): void {
    const live = this.#liveOf(machine);
    if (live.vtid === null) return done(`refused: ${machine.name} is ${live.state}`);
    startRpc(live.vtid, identity, ANSWER_WITHIN_MS, undefined, (error) => {
      if (error) return done(error.message);
      if (!this.#isHere(machine, live)) return done(removed(machine));
      live.state = identity === 'pause' ? 'paused' : 'running';
      this.#want(group, machine, live.state);
      done();
    });
  }

  /** Takes one down and keeps what it needs to go on, or its disk alone. */
  leave(group: Group, machine: Machine, identity: 'suspend' | 'stop', done: Done): void {
    this.#leave(group, machine, identity, identity === 'stop' ? 'stopped' : 'suspended', done);
  }

  /**
   * Takes one down and lets it go on elsewhere, as it was. The book says all the while that it is to be there: whoever comes after
   * this vTask makes it go on.
   * @param node where to, else wherever there is room
   */
  move(group: Group, machine: Machine, node: string | undefined, done: Done): void {
    const { wanted } = machine;
    this.#moving += 1;
    const moved: Done = (error) => {
      this.#moving -= 1;
      done(error);
    };
    this.#leave(group, machine, 'suspend', wanted, (error) => {
      if (error !== undefined) moved(error);
      else this.start(group, machine, node, moved);
    });
  }

  /** Moves machines off nodes that are being drained, some at a time. */
  clear(nodes: ReadonlySet<string>): void {
    for (const group of this.#book.groups.values())
      for (const machine of group.machines) {
        if (this.#moving >= MOVING_AT_ONCE) return;
        const { state, node, vtid } = this.#liveOf(machine);
        if (vtid === null || state === 'leaving' || node === null || !nodes.has(node)) continue;
        this.move(group, machine, undefined, (error) => {
          if (error !== undefined) log('warn', `machine ${machine.name} was not moved: ${error}`);
        });
      }
  }

  /** Ends one, and forgets it and what was kept of it. */
  remove(group: Group, machine: Machine): void {
    const at = this.#waiting.findIndex((each) => each.machine === machine);
    if (at >= 0) this.#waiting.splice(at, 1)[0]?.done(removed(machine));
    const { vtid } = this.#liveOf(machine);
    if (vtid !== null) this.#agents.kill(vtid);
    this.#unsure = this.#unsure.filter(([, each]) => each !== machine);
    group.machines = group.machines.filter((each) => each !== machine);
    this.#book.save(group);
    this.#live.delete(machine.name);
    forgetKept(machine);
  }

  #leave(
    group: Group,
    machine: Machine,
    identity: 'suspend' | 'stop',
    wanted: Wanted,
    done: Done,
  ): void {
    const live = this.#liveOf(machine);
    const { vtid, state } = live;
    if (vtid === null || state === 'leaving') return done(`refused: ${machine.name} is ${state}`);
    Object.assign(live, { state: 'leaving', end: null });
    startRpc(vtid, identity, KEEP_WITHIN_MS, keptPaths(machine.name), (error, kept: Snapshot) => {
      if (!this.#isHere(machine, live)) {
        if (!this.#live.has(machine.name)) forgetKept(machine);
        return done(removed(machine));
      }
      if (error) {
        live.state = state;
        if (live.end) this.#ended(group, machine, live.end);
        return done(error.message);
      }
      Object.assign(live, {
        state: identity === 'stop' ? 'stopped' : 'suspended',
        vtid: null,
        node: null,
      });
      // Inside of a record, what is absent comes as null.
      const { memory, disk, cpu } = kept;
      machine.kept = { memory: memory ?? undefined, disk, cpu: cpu ?? undefined };
      this.#want(group, machine, wanted);
      done();
    });
  }

  #recover(group: Group, machine: Machine): void {
    const live = this.#liveOf(machine);
    if (machine.wanted === 'suspended' || machine.wanted === 'stopped') {
      live.state = machine.wanted;
      return;
    }
    try {
      const vtid = this.#agents.find(machine.name, machine.generation);
      if (vtid === undefined) this.#again(group, machine, 'its agent has ended');
      else this.#adopt(group, machine, vtid, rpc(vtid, 'stats', ANSWER_WITHIN_MS) as Stats);
    } catch (error) {
      if (!(error instanceof VStarError)) throw error;
      live.error = error.message;
      this.#unsure.push([group, machine]);
    }
  }

  #enqueue(waiting: Waiting): void {
    Object.assign(this.#liveOf(waiting.machine), { state: 'waiting', error: null });
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
    const live = this.#liveOf(machine);
    live.state = 'starting';
    const { generation } = machine;
    const spec: Spec = {
      template: group.template,
      shape: group.shape,
      from: machine.kept,
      paused: machine.wanted === 'paused',
    };
    this.#agents.launch({ name: machine.name, generation, spec, node }, (error, launched) => {
      this.#starting -= 1;
      if (!this.#isHere(machine, live)) {
        if (launched) this.#agents.abandon(launched.vtid);
        done(removed(machine));
      } else if (launched) {
        this.#adopt(group, machine, launched.vtid, launched.stats);
        done();
      } else {
        Object.assign(live, { state: 'failed', error: error ?? 'it was not started' });
        done(error);
      }
      this.#pump();
    });
  }

  #adopt(group: Group, machine: Machine, vtid: string, { state, createMs }: Stats): void {
    const live = this.#liveOf(machine);
    const node = info(vtid).node;
    Object.assign(live, { state, vtid, node, createMs, error: null });
    const { generation } = machine;
    this.#agents.watch(vtid, (end) => {
      const isOurs = this.#isHere(machine, live) && live.vtid === vtid;
      if (isOurs && machine.generation === generation) this.#ended(group, machine, end);
    });
  }

  #ended(group: Group, machine: Machine, end: End): void {
    const live = this.#liveOf(machine);
    if (live.state === 'leaving') {
      live.end = end; // its answer says how that went
      return;
    }
    const { ok, why } = end;
    Object.assign(live, { vtid: null, node: null });
    if (ok) {
      live.state = 'off';
      return this.#want(group, machine, 'stopped');
    }
    this.#again(group, machine, why);
  }

  #again(group: Group, machine: Machine, why: string): void {
    const live = this.#liveOf(machine);
    live.restarts = live.restarts.filter((time) => now() - time < WITHIN_MS);
    Object.assign(live, { state: 'failed', error: why });
    if (group.restart === 'never' || live.restarts.length >= MOST_RESTARTS) return;
    log('warn', `machine ${machine.name} is made again: ${why}`);
    live.restarts.push(now());
    this.start(group, machine, undefined, () => {});
  }

  #want(group: Group, machine: Machine, wanted: Wanted): void {
    machine.wanted = wanted;
    this.#book.save(group);
  }

  /** Whether it has not been removed since. */
  #isHere(machine: Machine, live: Live): boolean {
    return this.#live.get(machine.name) === live;
  }

  #liveOf({ name }: Machine): Live {
    const known = this.#live.get(name);
    if (known) return known;
    const live: Live = {
      state: 'failed',
      vtid: null,
      node: null,
      createMs: null,
      error: null,
      restarts: [],
      end: null,
    };
    this.#live.set(name, live);
    return live;
  }
}

function removed({ name }: Machine): string {
  return `refused: ${name} was removed`;
}

function forgetKept({ name }: Machine): void {
  for (const path of Object.values(keptPaths(name))) forget(path);
}

function forget(path: string): void {
  try {
    files.remove(path);
  } catch {
    // There was none, or it goes with the tenant.
  }
}
