import type { ComposedNode } from '#node/compose-node.ts';
import { defaultConfig, type NodeConfig } from '#node/config.ts';
import type { startEnduringNode } from '#node/enduring-node.ts';
import type { WorkerNode } from '#node/worker-node.ts';

const READY_WITHIN_MS = 180_000; // of a machine with many processes for each processor; alone it takes one

/**
 * Runs one worker node in this process, as its first argument says: prints where it can be reached, and ends when its standard input does.
 * @param start of the sources, or of the code that is joined of them
 * @param composed given the parts of each of its lives
 */
export async function runNode(
  start: typeof startEnduringNode,
  composed?: (node: ComposedNode) => void,
): Promise<void> {
  const given = JSON.parse(process.argv[2]!) as Pick<NodeConfig, 'dataDir' | 'cacheDir' | 'name'>;
  let node: WorkerNode | undefined;
  // From the beginning: one whose test has gone while it waited for the others would wait for good.
  process.stdin.resume().once('end', () => {
    void (node?.close() ?? Promise.resolve()).then(() => process.exit(0));
  });
  node = await start({ ...defaultConfig(), logLevel: 'error', ...given }, composed);
  await node.whenReady(AbortSignal.timeout(READY_WITHIN_MS));
  process.stdout.write(
    `${JSON.stringify({ id: node.id, addresses: node.addresses, ...node.control })}\n`,
  );
}
