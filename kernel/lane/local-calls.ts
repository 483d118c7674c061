import type { Entry } from '#kernel/lane/entry.ts';
import type { LocalWatches } from '#kernel/lane/local-watches.ts';
import type { Nursery } from '#kernel/lane/nursery.ts';
import type { Task } from '#kernel/lane/task.ts';
import { excess } from '#kernel/quota.ts';
import type { FunctionDescriptor } from '#posiv-wit/function-descriptor.ts';
import type { ErrorCode } from '#posiv-wit/generated/kernel.ts';
import type { Watched } from '#posiv-wit/generated/wire.ts';
import { err, ok, type Result } from '#posiv-wit/result.ts';

const VTASK = 'posiv:kernel/vtask@0.1.0';
const MONITOR = 'posiv:kernel/monitor@0.1.0';
const WATCHES: Readonly<Record<string, Watched>> = {
  onStart: 'start',
  onExit: 'exit',
  onDie: 'die',
};

export interface LocalCallsComponents {
  readonly nursery: Nursery;
  readonly watches: LocalWatches;
  /** The vTask, if it is on this lane. */
  readonly find: (vtid: string) => Entry | undefined;
  readonly schedule: (entry: Entry) => void;
}

/** The calls of the node's interfaces that a lane can carry out without it: those that only concern vTasks of its own. */
export class LocalCalls {
  readonly #components: LocalCallsComponents;

  constructor(components: LocalCallsComponents) {
    this.#components = components;
  }

  /** The result of a call, or undefined where the node has to carry it out. */
  carryOut(
    task: Task,
    descriptor: FunctionDescriptor,
    params: readonly unknown[],
  ): Result<unknown, ErrorCode> | undefined {
    if (descriptor.interface === VTASK) return this.#vtask(task, descriptor.method, params);
    if (descriptor.interface === MONITOR) return this.#monitor(task, descriptor.method, params);
    return undefined;
  }

  #vtask(
    task: Task,
    method: string,
    params: readonly unknown[],
  ): Result<unknown, ErrorCode> | undefined {
    const { nursery, find, schedule } = this.#components;
    if (method === 'new') {
      const [name, path, cmd, options] = params as [unknown, string, readonly string[], unknown];
      if (name !== undefined || options !== undefined) return undefined;
      const vtid = nursery.make(task, path, cmd);
      return vtid === undefined ? undefined : ok(vtid);
    }
    if (method === 'sched') {
      const entry = find(params[0] as string);
      if (!entry?.birth || entry.state !== 'created') return undefined;
      schedule(entry);
      return ok(undefined);
    }
    return undefined;
  }

  #monitor(
    task: Task,
    method: string,
    params: readonly unknown[],
  ): Result<unknown, ErrorCode> | undefined {
    const { watches, find } = this.#components;
    if (method === 'unwatch') {
      const id = params[0] as number;
      const removed = watches.remove(task, id);
      if (removed === false) return err({ tag: 'refused', val: `there is no watch ${id}` });
      return removed && ok(undefined);
    }
    const { limits, watches: held } = task;
    const beyond = excess('watches', { held, most: limits.quota.watches }, (limit) =>
      limits.refuses(limit),
    );
    if (beyond) return err(beyond);
    const target = find(params[0] as string);
    return target && ok(watches.add(task, target, WATCHES[method]!));
  }
}

/** How many watches more a vTask has by a call: a service lives as long as it watches somebody. */
export function watchesSet(
  { interface: from, method }: FunctionDescriptor,
  result: Result<unknown, ErrorCode>,
): number {
  if (from !== MONITOR || !result.ok) return 0;
  return method === 'unwatch' ? -1 : 1;
}
