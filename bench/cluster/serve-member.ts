import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { cacheDir } from '#cli/folders.ts';
import type { ComposedNode } from '#node/compose-node.ts';
import type { NodeConfig } from '#node/config.ts';
import { loadNode } from '#node/load-node.ts';
import type { WorkerNode } from '#node/worker-node.ts';

const JOIN_WITHIN_MS = 30_000;

/** What a member tells once it is ready. */
export interface MemberReady {
  readonly id: string;
  readonly addresses: readonly string[];
  readonly socket: string;
}

/**
 * Makes this process one node of a cluster that is measured. It ends when the channel to the bench closes.
 * @param started given the parts of the node before it is said to be ready: for benches that put something in the place of one
 */
export function serveMember(
  started: (node: ComposedNode, config: NodeConfig) => void = () => {},
): void {
  // As the nodes of a devstack do; before the code is loaded.
  enableCompileCache(join(cacheDir(), 'compiled'));
  let starting: Promise<WorkerNode> | undefined;

  const start = async (config: NodeConfig): Promise<WorkerNode> => {
    const { startEnduringNode } = await loadNode(process.argv[2]!);
    let parts: ComposedNode | undefined;
    const node = await startEnduringNode(config, (composed) => (parts = composed));
    started(parts!, config);
    await node.whenReady(AbortSignal.timeout(JOIN_WITHIN_MS));
    const { id, addresses, control } = node;
    process.send?.({ id, addresses, socket: control.socket } satisfies MemberReady);
    return node;
  };
  const end = async (): Promise<void> => {
    const node = await starting;
    await node?.close();
    process.exit(); // profiles are written now
  };
  process.once('message', (config: NodeConfig) => {
    starting = start(config);
  });
  process.once('disconnect', () => void end());
}
