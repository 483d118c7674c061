import { bytesOf, MAX_CMD_BYTES } from '#kernel/cmd.ts';
import type { Caller } from '#kernel/dispatcher.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { hasEnded } from '#kernel/life-cycle.ts';
import { adjust } from '#kernel/adjust.ts';
import { askBirthNode, askNode, atBirth } from '#kernel/ask-node.ts';
import { memoryOf } from '#kernel/quota.ts';
import { place } from '#kernel/placement.ts';
import { birthNode, drained, unreachable, type NodeId } from '#kernel/vtid.ts';
import { infoOf, type VTask } from '#kernel/vtask-table.ts';
import type { ErrorCode, Info, Options, VtaskCalls } from '#posiv-wit/generated/kernel.ts';
import { err, ok, type Awaitable, type Result } from '#posiv-wit/result.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';

const MAX_LISTED = 1000;
const MAX_RECORDED_BYTES = 32 * 1024; // a register holds twice as much

/** The part of `posiv:kernel/vtask` that a node carries out for its vTasks; `self` and `exit` are the lane's. */
export function vtaskCalls(kernel: Kernel, caller: Caller): Omit<VtaskCalls, 'self' | 'exit'> {
  const { strategies, peers } = kernel.components;

  const at = <T>(
    vtid: string,
    method: string,
    here: (vtask: VTask) => Awaitable<Result<T, ErrorCode>>,
  ): Promise<Result<T, ErrorCode>> => {
    const name = `posiv:kernel/vtask@0.1.0#${method}`;
    return atBirth(kernel, vtid, { name, params: [vtid], caller }, here);
  };

  return {
    async new(name, path, cmd, given) {
      const options = given ?? DEFAULT_OPTIONS;
      const wrong = checkArguments(name, cmd, options);
      if (wrong) return err({ tag: 'refused', val: wrong });
      const grants = await strategies.security.attenuate(caller.grants, options.grants);
      if (!grants.ok)
        return err({
          tag: 'refused',
          val: `the creator does not hold: ${grants.error.join(', ')}`,
        });
      let candidates: readonly NodeId[];
      if (options.node === undefined) {
        candidates = await strategies.resource.place(kernel.placeable(), {
          memory: memoryOf(options.quota),
          near: options.near,
        });
      } else {
        const node = peers.find(options.node);
        if (node === undefined)
          return err({ tag: 'refused', val: `there is no node ${options.node}` });
        if (peers.draining().has(node)) return err(drained(node));
        candidates = [node];
      }
      return place(kernel, candidates, {
        creator: caller.vtid,
        tenant: caller.tenant,
        name,
        image: path,
        cmd,
        grants: grants.value,
        options,
      });
    },

    sched: (vtid) =>
      at(vtid, 'sched', (vtask) => {
        if (hasEnded(vtask.state)) return err({ tag: 'task-died', val: 'the vTask has ended' });
        if (vtask.state !== 'created')
          return err({
            tag: 'refused',
            val: `the vTask was scheduled before, it is ${vtask.state}`,
          });
        kernel.schedule(vtask);
        return ok(undefined);
      }),

    kill: (vtid) =>
      at(vtid, 'kill', async (vtask) => {
        await kernel.end(vtask, { tag: 'killed' });
        return kernel.durables.settle(vtask);
      }),

    async adjust(vtid, quota) {
      const node = birthNode(vtid);
      if (node === undefined) return err({ tag: 'no-such-task' });
      const outside = kernel.table.get(caller.vtid)?.program === '';
      const by = { vtid: caller.vtid, tenant: caller.tenant, outside };
      if (node === kernel.self) return adjust(kernel, by, vtid, quota);
      const params = [by.tenant, by.vtid, outside, vtid, quota];
      return askBirthNode(kernel, vtid, { name: 'posiv:wire/kernel@0.1.0#adjust', params });
    },

    async info(vtid) {
      if (kernel.isMaking(vtid)) return err({ tag: 'refused', val: 'the vTask is being made' });
      return at(vtid, 'info', (vtask) => ok(infoOf(vtask, kernel.self)));
    },

    async find(name) {
      const { durables } = kernel;
      const found = await durables.names.find(caller.tenant, name);
      if (!found.ok) return found;
      const { vtid, owner } = found.value;
      switch (await durables.bearing(found.value, caller.tenant)) {
        case 'living':
        case 'making':
          return ok(vtid);
        case 'returning':
          return err({ tag: 'unreachable', val: `the vTask '${name}' is being made again` });
        case 'gone':
          return err({ tag: 'no-such-task' });
        case undefined:
          return err(unreachable(owner));
      }
    },

    async list(node) {
      const asked = node === undefined ? kernel.self : peers.find(node);
      if (asked === undefined) return err({ tag: 'refused', val: `there is no node ${node}` });
      if (asked === kernel.self) return ok(listed(kernel, caller.tenant));
      const name = 'posiv:kernel/vtask@0.1.0#list';
      return askNode(kernel, asked, { name, params: [undefined], caller });
    },
  };
}

function listed(kernel: Kernel, tenant: string): readonly Info[] {
  const all: Info[] = [];
  for (const vtask of kernel.table.values())
    if (vtask.tenant === tenant && vtask.program !== '') all.push(infoOf(vtask, kernel.self));
  return all
    .toReversed()
    .toSorted((a, b) => b.createdMs - a.createdMs)
    .slice(0, MAX_LISTED);
}

function checkArguments(
  name: string | undefined,
  cmd: readonly string[],
  options: Options,
): string | undefined {
  if (name === undefined && options.restart !== 'never')
    return `restart ${options.restart} needs a name: nobody would find it again`;
  const bytes = bytesOf([...cmd, ...options.environment.flat()]);
  if (name !== undefined && bytes > MAX_RECORDED_BYTES)
    return `cmd and environment of a vTask with a name have at most ${MAX_RECORDED_BYTES} bytes in all, these ${bytes}`;
  if (bytes > MAX_CMD_BYTES)
    return `cmd and environment have at most ${MAX_CMD_BYTES} bytes in all, these ${bytes}`;
  return undefined;
}
