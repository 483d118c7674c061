import type { UserNetwork } from '#posiv-wit/generated/machine.ts';
import { MachineFault } from '../errors.ts';
import { userNetworkArguments } from './arguments.ts';
import type { ProcessGroup } from '#kernel/cgroup/process-group.ts';
import type { QemuProcess } from './qemu-process.ts';
import type { Qemu } from './qemu.ts';

/**
 * Starts what gives a machine a network with the node: slirp, as QEMU has it, in a process of QEMU's that has no machine. So the
 * hypervisor, which its guest may take over, has no network and this process, which sees nothing but frames, no machine, no
 * disk and no files.
 * @throws {full} a port is in use {failed}
 */
export async function startUserNetwork(
  qemu: Qemu,
  network: UserNetwork,
  group?: ProcessGroup,
): Promise<QemuProcess> {
  const reach = { folder: '/', reads: [], writes: [], fileBytes: 0, kvm: false, network: true };
  const started = qemu.start(userNetworkArguments(network), reach, { others: 1, group });
  try {
    await started.qmp.execute('query-status'); // it answers once its ports are open
    return started;
  } catch (error) {
    await started.kill();
    const why = await started.ended;
    const port = /Could not set up host forwarding rule 'tcp:([\d.:]+)/.exec(why)?.[1];
    if (port === undefined) throw error;
    throw new MachineFault(
      'full',
      `the node cannot listen at ${port}: it is in use, or not its own`,
    );
  }
}
