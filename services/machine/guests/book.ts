import { files } from 'vstar/vstore';
import type { Backend, Shape } from 'vstar/hosts';
import type { Snapshot, Spec } from 'vstar/hypervisor';
import { forget, KEPT, keptName, keptPaths } from './kept.ts';
import type { Networks } from './networks.ts';

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
  /** Nothing is to be left of it, and somebody has still to make sure of that. */
  removed?: boolean;
  /** Nothing is left of it: its name is free, and its file says only that it was removed. */
  gone?: boolean;
}

const GROUPS = '/machines/groups/';
const STATES = '/machines/states/';
const IMAGES = '/machines/images/';
const VERSION = 1;

/**
 * What machines the tenant has, durably, written before anything is done about it: a file of vStore for each group, as it was made, and
 * one for each machine that is not as it was made any more. So what is written for a change does not grow with the group.
 */
export class Book {
  readonly groups = new Map<string, Group>();
  /** Those that are being removed, with their groups. */
  readonly leaving = new Map<string, { group: Group; machine: Machine }>();
  /** Those of the groups. */
  readonly #byName = new Map<string, { group: Group; machine: Machine }>();

  /** Groups that a node of another version has written: what they hold nobody here can say. */
  readonly #foreign = new Set<string>();

  /** How many numbers and names of machines are taken. */
  get count(): number {
    return this.#byName.size + this.leaving.size;
  }

  /** As it was left. */
  load(): void {
    const states = new Map<string, Machine>();
    for (const state of files.list(STATES))
      states.set(state.path, JSON.parse(files.readText(state.path)) as Machine);
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
      group.machines = machines.filter(({ removed }) => !removed);
      for (const machine of machines)
        if (machine.removed && !machine.gone) this.leaving.set(machine.name, { group, machine });
      this.#take(group);
    }
    if (this.#foreign.size > 0) return;
    forget([...states.keys()]); // of groups that are not there any more
    this.#forgetUnheld();
  }

  /** Whoever was here before may have been lost between noting what was kept anew and taking away what was before. */
  #forgetUnheld(): void {
    const held = new Set<string | undefined>();
    const machines = [...this.leaving.values()].map(({ machine }) => machine);
    for (const group of this.groups.values()) {
      held.add(sharedBy(group));
      machines.push(...group.machines);
    }
    for (const { keptAs, keepingAs } of machines) held.add(keptAs).add(keepingAs);
    const kept = files.list(KEPT).map(({ path }) => path);
    forget(kept.filter((path) => !held.has(keptName(path))));
  }

  /** Keeps a new group. */
  add(group: Group): void {
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

  /** It is not there for anybody any more, but its name is taken until `forget`. */
  remove(group: Group, machine: Machine): void {
    this.save(group, Object.assign(machine, { removed: true }));
    group.machines = group.machines.filter((each) => each !== machine);
    this.#byName.delete(machine.name);
    this.leaving.set(machine.name, { group, machine });
  }

  /** Nothing is left of one that was removed. */
  forget(group: Group, machine: Machine): void {
    for (const as of [machine.keptAs, machine.keepingAs])
      if (as !== undefined) forget(keptPaths(as));
    const isLast =
      group.machines.length === 0 &&
      ![...this.leaving.values()].some((each) => each.group === group && each.machine !== machine);
    // Its file says so as long as that of its group has its name: another machine may have it from now on.
    if (!isLast) this.save(group, Object.assign(machine, { gone: true }));
    this.leaving.delete(machine.name);
    if (!isLast) return;
    this.groups.delete(group.name);
    // The group first: a machine whose file is gone would be as it was made.
    files.remove(GROUPS + group.name);
    forget(files.list(`${STATES}${group.name}/`).map(({ path }) => path));
    forget(keptPaths(sharedBy(group)));
    if (group.template.image) forget(Object.values(imagePaths(group)));
  }

  /** The smallest numbers that no machine has. */
  freeNumbers(count: number): number[] {
    const taken = new Set<number | undefined>();
    for (const { machines } of this.groups.values())
      for (const { number } of machines) taken.add(number);
    for (const { machine } of this.leaving.values()) taken.add(machine.number);
    const free: number[] = [];
    for (let number = 1; free.length < count; number += 1)
      if (!taken.has(number)) free.push(number);
    return free;
  }

  find(name: string): { group: Group; machine: Machine } | undefined {
    return this.#byName.get(name);
  }

  /** Whether a new group or machine cannot have this name. */
  has(name: string): boolean {
    const all = [this.groups, this.leaving, this.#byName, this.#foreign];
    return all.some((each) => each.has(name));
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
