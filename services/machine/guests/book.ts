import { files } from 'vstar/vstore';
import type { Shape } from 'vstar/hosts';
import type { Snapshot, Spec } from 'vstar/hypervisor';

/** What one is to be: `paused` in its place, or `suspended`, kept in vStore. */
export type Wanted = 'running' | 'paused' | 'suspended' | 'stopped';

/** Machines that were made together, alike but for their names. */
export interface Group {
  name: string;
  template: Spec['template'];
  /** By which people know the template. */
  templateName: string;
  shape: Shape;
  /** A machine that ended against its will is made again, on another node if need be. */
  restart: 'never' | 'on-failure';
  machines: Machine[];
}

export interface Machine {
  name: string;
  wanted: Wanted;
  /** Counts its agents: each has a name of its own, so none is taken for one before it. */
  generation: number;
  /** What it goes on from, if it is made again. */
  kept?: Snapshot;
}

const FOLDER = '/machines/groups/';
const VERSION = 1;

/** What machines the tenant has, durably: a file of vStore for each group, written before anything is done about it. */
export class Book {
  readonly groups = new Map<string, Group>();

  /** As it was left. */
  load(): void {
    for (const { path } of files.list(FOLDER)) {
      const { version, group } = JSON.parse(files.readText(path)) as {
        version: number;
        group: Group;
      };
      if (version === VERSION) this.groups.set(group.name, group);
    }
  }

  /** Keeps a group as it is now; one without machines goes. */
  save(group: Group): void {
    const path = FOLDER + group.name;
    if (group.machines.length > 0) {
      this.groups.set(group.name, group);
      files.write(path, JSON.stringify({ version: VERSION, group }));
      return;
    }
    this.groups.delete(group.name);
    files.remove(path);
  }

  find(name: string): { group: Group; machine: Machine } | undefined {
    for (const group of this.groups.values()) {
      const machine = group.machines.find((each) => each.name === name);
      if (machine) return { group, machine };
    }
    return undefined;
  }
}

/** Where what is kept of a machine is. */
export function keptPaths(name: string): { memory: string; disk: string } {
  return { memory: `/machines/kept/${name}.memory`, disk: `/machines/kept/${name}.disk` };
}
