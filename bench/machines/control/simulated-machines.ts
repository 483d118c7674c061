import type { ComposedNode } from '#node/compose-node.ts';
import type { NodeConfig } from '#node/config.ts';
import { hostCalls } from '#node/machines/host-calls.ts';
import { BUILT_IN } from '#node/managers/built-in.ts';
import type { Host, HypervisorCalls, MachineError, Stats } from '#posiv-wit/generated/machine.ts';
import type { Result } from '#posiv-wit/result.ts';

/** More than any bench asks for. */
const TIB = 2 ** 40;

/**
 * Puts a driver that has no hypervisors in the place of a node's own: machines are there at once, take nothing and do nothing. What is
 * left is what decides about machines, keeps them in mind and answers for them.
 */
export function simulateMachines(node: ComposedNode, { name }: NodeConfig): void {
  const { kernel, network } = node;
  const states = new Map<string, Stats['state']>();
  node.followEnds((vtid) => states.delete(vtid));
  const report = async (): Promise<Host> => ({
    node: network.self,
    name,
    backends: ['qemu-tcg'],
    missing: [],
    machines: states.size,
    memoryUsed: 0,
    memoryLimit: TIB,
    diskFree: TIB,
    cpu: 'simulated',
    load: 0,
  });
  const { dispatcher } = kernel;
  dispatcher.provide('posiv:machine/hypervisor@0.1.0', ({ vtid }) => hypervisor(states, vtid));
  dispatcher.provide('posiv:machine/hosts@0.1.0', () =>
    hostCalls({ kernel, network, strategies: BUILT_IN, report }),
  );
}

type Simulated = Pick<HypervisorCalls, 'create' | 'pause' | 'resume' | 'stats'>;

function hypervisor(states: Map<string, Stats['state']>, vtid: string): Simulated {
  const stats = async (): Promise<Result<Stats, MachineError>> => {
    const state = states.get(vtid);
    if (state === undefined) return { ok: false, error: { tag: 'no-machine' } };
    return { ok: true, value: { ...NOTHING_USED, state } };
  };
  const hold = async (state: Stats['state']): Promise<Result<undefined, MachineError>> => {
    states.set(vtid, state);
    return { ok: true, value: undefined };
  };
  return {
    async create({ paused }) {
      const state = paused ? 'paused' : 'running';
      states.set(vtid, state);
      return { ok: true, value: { state, createMs: 0, moved: undefined } };
    },
    pause: () => hold('paused'),
    resume: () => hold('running'),
    stats,
  };
}

const NOTHING_USED: Omit<Stats, 'state'> = {
  backend: 'qemu-tcg',
  createMs: 0,
  cpuUs: 0,
  memoryUsed: 0,
  diskUsed: 0,
  diskRead: 0,
  diskWritten: 0,
  moved: undefined,
  netReceived: 0,
  netSent: 0,
  netDropped: 0,
  imageFetched: 0,
};
