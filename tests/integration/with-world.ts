import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { comeUp } from './come-up.ts';
import { loopback, NamespaceNetwork, whyNoNetns } from './network.ts';
import { RealWorld } from './real-world.ts';

export interface WorldOptions {
  readonly nodes: number;
  /** Without a network that can be struck, though there could be one. */
  readonly loopback: boolean;
  readonly trace?: ((line: string) => void) | undefined;
}

/**
 * Has something done with a cluster that has come up, and takes all of it away, after Ctrl-C too. The nodes' logs stay where
 * something was found.
 */
export async function withWorld(
  options: WorldOptions,
  work: (world: RealWorld) => Promise<void>,
): Promise<void> {
  const { nodes, trace } = options;
  const why = options.loopback ? 'it was not asked for' : await whyNoNetns();
  if (why !== undefined) console.log(`not run: faults of the network, ${why}`);
  const folder = await mkdtemp(join(tmpdir(), 'vstar-real-'));
  let keeps = true;
  try {
    await using network = why === undefined ? await NamespaceNetwork.make(nodes) : loopback();
    await using world = await RealWorld.make({ nodes, network, folder, trace });
    await Promise.race([comeUp(world).then(() => work(world)), interrupted()]);
    keeps = world.faults.length > 0;
    if (keeps) process.exitCode = 1;
  } finally {
    if (keeps) console.log(`the nodes' logs are in ${folder}`);
    else await rm(folder, { recursive: true, force: true });
  }
}

/** Rejects after Ctrl-C. */
function interrupted(): Promise<never> {
  return new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => reject(new Error(`it was ended by ${signal}`)));
  });
}
