import { VStarError } from 'vstar';
import { files } from 'vstar/vstore';
import type { Backend, Shape } from 'vstar/hosts';
import type { Snapshot, Spec } from 'vstar/hypervisor';
import { forget, KEPT, keptName, keptPaths } from './kept.ts';
import type { Networks } from './networks.ts';
import { readRemoved, removedPath, writeRemoved } from './removed.ts';
import type { Removed } from './removed.ts';

/** What one is to be: `paused` in its place, or `suspended`, kept in vStore. */
export type Wanted = 'running' | 'paused' | 'suspended' | 'stopped';

/** Machines that were made together, alike but for their names. */
export interface Group {
  name: string;
  template: Spec['template'];
  /** By which people know the template. */
  templateName: string;
  shape: Shape;
  /** What must run them; absent: any of QEMU. */
  backend?: Backend;
  /** A machine that ended against its will is made again, on another node if need be. */
  restart: 'never' | 'on-failure';
  /** Seconds after which each is kept again, while it runs; 0 for never. */
  snapshotEvery?: number;
  /** None in what was written before there were any. */
  networks?: Networks;
  /** Those that are not removed. */
  machines: Machine[];
}

export interface Machine {
  name: string;
  wanted: Wanted;
  /** Counts its agents: each has a name of its own, so none is taken for one before it. */
  generation: number;
  /** The agent on another node that is taking it over, if one is. Until it has, the machine is that of `generation`. */
  successor?: number;
  /** The last number that was given to an agent. */
  used?: number;
  /** That no other machine of the tenant has: 1 to 65,534. Its addresses on links end with it. */
  number?: number;
  /** What it goes on from, if it is made again. */
  kept?: Snapshot;
  /** Under which name that lies in vStore. */
  keptAs?: string;
  /** Under which it is being kept again. */
  keepingAs?: string;
}

/** A machine, with those that it was made with. */
export interface Member {
  group: Group;
  machine: Machine;
}

const GROUPS = '/machines/groups/';
const STATES = '/machines/states/';
const IMAGES = '/machines/images/';
const VERSION = 1;
const NONE_REMOVED: Removed = { leaving: [], gone: [] };

/**
 * What machines the tenant has, durably, written before anything is done about it: a file of vStore for each group, as it was made, one
 * for each machine that is not as it was made any more, so that what is written for a change does not grow with the group, and one that names
 * those of the group that were removed, so that many are by one write.
 */
export class Book {
  readonly groups = new Map<string, Group>();
  /** Those that were removed, and whose names are taken yet. */
  readonly #leaving = new Map<string, Member>();
  /** Of which nothing is left any more, though that is not written yet. */
  readonly #ended = new Set<string>();
  /** By groups, what is written. */
  readonly #removed = new Map<string, Removed>();
  /** Those of the groups. */
  readonly #byName = new Map<string, Member>();

  /** Groups that a node of another version has written: what they hold nobody here can say. */
  readonly #foreign = new Set<string>();

  /** How many numbers and names of machines are taken. */
  get count(): number {
    return this.#byName.size + this.#leaving.size;
  }

  /** As it was left. */
  load(): void {
    const states = new Map<string, Machine>();
    for (const state of files.list(STATES))
      states.set(state.path, JSON.parse(files.readText(state.path)) as Machine);
    const removed = readRemoved();
    for (const { path } of files.list(GROUPS)) {
      const { version, group } = JSON.parse(files.readText(path)) as {
        version: number;
        group: Group;
      };
      if (version !== VERSION) {
        this.#foreign.add(path.slice(GROUPS.length));
        continue;
      }
      const machines = group.machines.map((each) => {
        const name = stateOf(group, each);
        const state = states.get(name) ?? each;
        states.delete(name);
        return state;
      });
      const { leaving, gone } = removed.get(group.name) ?? NONE_REMOVED;
      const [left, away] = [new Set(leaving), new Set([...leaving, ...gone])];
      group.machines = machines.filter(({ name }) => !away.has(name));
      for (const machine of machines)
        if (left.has(machine.name)) this.#leaving.set(machine.name, { group, machine });
      if (away.size > 0) this.#removed.set(group.name, { leaving, gone });
      removed.delete(group.name);
      this.#take(group);
    }
    if (this.#foreign.size > 0) return;
    // Of groups that are not there any more.
    forget([...states.keys(), ...[...removed.keys()].map(removedPath)]);
    this.#forgetUnheld();
  }

  /** Whoever was here before may have been lost between noting what was kept anew and taking away what was before. */
  #forgetUnheld(): void {
    const held = new Set<string | undefined>();
    const machines = [...this.#leaving.values()].map(({ machine }) => machine);
    for (const group of this.groups.values()) {
      held.add(sharedBy(group));
      machines.push(...group.machines);
    }
    for (const { keptAs, keepingAs } of machines) held.add(keptAs).add(keepingAs);
    const kept = files.list(KEPT).map(({ path }) => path);
    forget(kept.filter((path) => !held.has(keptName(path))));
  }

  /** Keeps a new group. @throws where it cannot be written, or what is left of one before it cannot be taken away */
  add(group: Group): void {
    // It would be taken for what became of machines of this one.
    const left = files.list(`${STATES}${group.name}/`).map(({ path }) => path);
    for (const path of [...left, removedPath(group.name)]) removeIfThere(path);
    holdImage(group);
    files.write(GROUPS + group.name, JSON.stringify({ version: VERSION, group }));
    this.#take(group);
  }

  #take(group: Group): void {
    this.groups.set(group.name, group);
    for (const machine of group.machines) this.#byName.set(machine.name, { group, machine });
  }

  /** Keeps a machine as it is now. */
  save(group: Group, machine: Machine): void {
    files.write(stateOf(group, machine), JSON.stringify(machine));
  }

  /**
   * Some of a group are not there for anybody any more, by one write: all of them or, where that fails, none. Their names are taken until
   * `settle` after `ended`.
   */
  remove(group: Group, machines: ReadonlySet<Machine>): void {
    const { leaving, gone } = this.#removed.get(group.name) ?? NONE_REMOVED;
    const names = [...machines].map(({ name }) => name);
    this.#note(group, { leaving: [...leaving, ...names], gone });
    group.machines = group.machines.filter((each) => !machines.has(each));
    for (const machine of machines) {
      this.#byName.delete(machine.name);
      this.#leaving.set(machine.name, { group, machine });
    }
  }

  /** Those that were removed, and of which something may be left. */
  get leaving(): Member[] {
    return [...this.#leaving.values()].filter(({ machine }) => !this.#ended.has(machine.name));
  }

  /** One of these. */
  leavingOne(name: string): Member | undefined {
    return this.#ended.has(name) ? undefined : this.#leaving.get(name);
  }

  /** Nothing is left of one that was removed but for what was kept of it, which goes now. */
  ended({ machine: { name, keptAs, keepingAs } }: Member): void {
    for (const as of [keptAs, keepingAs]) if (as !== undefined) forget(keptPaths(as));
    this.#ended.add(name);
  }

  /**
   * Writes that nothing is left of those of which that is so, by one write for each group; a group of which all are gone goes with all that
   * there is of it. What was there before this vTask was lost is ended once more by whoever comes after it, so that need not be at once.
   * @param whole those groups alone
   */
  settle(whole: boolean): void {
    for (const [name, { leaving, gone }] of this.#removed) {
      const group = this.groups.get(name)!;
      const ended = leaving.filter((each) => this.#ended.has(each));
      const isOver = group.machines.length === 0 && ended.length === leaving.length;
      if (isOver) this.#drop(group);
      else if (whole || ended.length === 0) continue;
      else {
        const left = leaving.filter((each) => !this.#ended.has(each));
        this.#note(group, { leaving: left, gone: [...gone, ...ended] });
      }
      for (const each of ended) {
        this.#leaving.delete(each);
        this.#ended.delete(each);
      }
    }
  }

  #note(group: Group, removed: Removed): void {
    writeRemoved(group.name, removed);
    this.#removed.set(group.name, removed);
  }

  #drop(group: Group): void {
    const { name, template } = group;
    // The group first: machines without the other files would be as they were made.
    removeIfThere(GROUPS + name);
    this.groups.delete(name);
    this.#removed.delete(name);
    forget(files.list(`${STATES}${name}/`).map(({ path }) => path));
    forget([removedPath(name)]);
    forget(keptPaths(sharedBy(group)));
    if (template.image) forget(Object.values(imagePaths(group)));
  }

  /** The smallest numbers that no machine has. */
  freeNumbers(count: number): number[] {
    const taken = new Set<number | undefined>();
    for (const { machines } of this.groups.values())
      for (const { number } of machines) taken.add(number);
    for (const { machine } of this.#leaving.values()) taken.add(machine.number);
    const free: number[] = [];
    for (let number = 1; free.length < count; number += 1)
      if (!taken.has(number)) free.push(number);
    return free;
  }

  find(name: string): Member | undefined {
    return this.#byName.get(name);
  }

  /** Whether a new group or machine cannot have this name. */
  has(name: string): boolean {
    const all = [this.groups, this.#leaving, this.#byName, this.#foreign];
    return all.some((each) => each.has(name));
  }
}

/** @throws where nobody can say */
function removeIfThere(path: string): void {
  try {
    files.remove(path);
  } catch (error) {
    if (!(error instanceof VStarError && error.code === 'not-found')) throw error;
  }
}

/** Machines read their image as long as they are there, whatever becomes of their template. */
function holdImage(group: Group): void {
  const { image } = group.template;
  if (!image) return;
  const paths = imagePaths(group);
  files.bind(paths.pieces, image.pieces);
  files.bind(paths.index, image.index);
}

function imagePaths({ name }: Group): { pieces: string; index: string } {
  return { pieces: `${IMAGES}${name}.pieces`, index: `${IMAGES}${name}.index` };
}

/** Under which name lies what all machines of a group of clones begin with. */
export function sharedBy({ name }: Group): string {
  return `group.${name}`;
}

function stateOf({ name }: Group, machine: Machine): string {
  return `${STATES}${name}/${machine.name}`;
}
