import type { Logger } from '#kernel/logger.ts';
import type { Random } from '#kernel/random.ts';
import { composeNode, type ComposedNode } from '#node/compose-node.ts';
import { BUILT_IN } from '#node/managers/built-in.ts';
import { Managers } from '#node/managers/managers.ts';
import { NodeFiles } from '#node/node-files.ts';
import { joinPeers } from '#p2p/peer-network.ts';
import type { Disk } from '#services/vstore/disk/disk.ts';
import { memoryKey } from '#tests/p2p/support/memory-network.ts';
import { admissionOf } from '#tests/p2p/support/test-root.ts';
import { inlineManagers, type InlineManagersComponents } from './inline-managers.ts';
import type { ManagerPrograms } from './manager-programs.ts';
import { InlineLanes, type InlineLanesComponents } from './inline-lanes.ts';
import type { Process } from './process.ts';
import type { Programs } from './programs.ts';
import { addressOf, type SimulatedNetwork } from './simulated-network.ts';

const LANES = 2;
const MEMORY_BYTES = 1 << 30;

export interface SimulatedNodeComponents {
  readonly process: Process;
  readonly random: Random;
  readonly logger: Logger;
  readonly disk: Disk;
  readonly network: SimulatedNetwork;
  readonly programs: Programs;
  readonly wrote: InlineLanesComponents['wrote'];
  readonly tamper?: InlineLanesComponents['tamper'];
  /** By which it decides, if not by functions of its own. */
  readonly managers: ManagerPrograms | undefined;
  readonly decided: InlineManagersComponents['decided'];
}

export interface SimulatedNodeInit {
  readonly name: string;
  /** Names of nodes to join; none for the founder. */
  readonly bootstrap: readonly string[];
}

/** A whole worker node in one process of the simulated world. */
export interface SimulatedNode extends ComposedNode {
  readonly process: Process;
  readonly lanes: InlineLanes;
}

/** Starts one: the same composition as a real one, on what is simulated. */
export async function startSimulatedNode(
  components: SimulatedNodeComponents,
  { name, bootstrap }: SimulatedNodeInit,
): Promise<SimulatedNode> {
  const { process, random, logger, disk, network, programs, wrote, tamper } = components;
  const { main: clock } = process;
  const key = memoryKey(name);
  const ticket = admissionOf(key.publicKey, { founds: bootstrap.length === 0 });
  const lanes = new InlineLanes({ process, random, programs, wrote, tamper });
  const managers = await pluggedIn(components);
  const node = await composeNode(
    {
      clock,
      random,
      logger,
      disk,
      files: new NodeFiles(disk, name),
      strategies: managers ?? BUILT_IN,
      connect: (stores) =>
        joinPeers(
          {
            clock,
            random,
            logger,
            ...stores,
            key,
            open: () => Promise.resolve(network.transport(name, process)),
            tick: (run) => clock.soon(run),
          },
          { name, ticket, bootstrap: bootstrap.map(addressOf) },
        ),
      cells: () => Promise.resolve({ start: lanes.start, expect() {} }),
      prepare: (image) => programs.prepare(image),
    },
    {
      name,
      lanes: LANES,
      memoryLimit: MEMORY_BYTES,
      limits: 'enforce',
      cells: { vtasks: 10_000 },
    },
  );
  if (managers) node.services.follow(() => managers.services());
  const close = node[Symbol.asyncDispose].bind(node);
  return Object.assign(node, {
    process,
    lanes,
    async [Symbol.asyncDispose]() {
      await close();
      await managers?.[Symbol.asyncDispose]();
    },
  });
}

/** As a node does that starts again after its owner has swapped all five. */
async function pluggedIn(components: SimulatedNodeComponents): Promise<Managers | undefined> {
  const { process, random, logger, managers: programs, decided } = components;
  if (programs === undefined) return undefined;
  const managers = new Managers({
    clock: process.main,
    logger,
    prepare: programs.prepare,
    start: inlineManagers({ process, random, programs, decided }),
  });
  for (const [name, image] of programs.images) await managers.restore(name, image);
  return managers;
}
