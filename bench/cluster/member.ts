// The process of one node of a cluster that is measured. It ends when the channel to the bench closes.
import { startWorkerNode, type WorkerNode } from '#node/worker-node.ts';
import type { NodeConfig } from '#node/config.ts';

const JOIN_WITHIN_MS = 30_000;

/** What a member tells once it is ready. */
export interface MemberReady {
  readonly id: string;
  readonly addresses: readonly string[];
  readonly socket: string;
  /** From the start of its process until it was ready, in milliseconds. */
  readonly readyMs: number;
}

let starting: Promise<WorkerNode> | undefined;

async function start(config: NodeConfig): Promise<WorkerNode> {
  const node = await startWorkerNode(config);
  await node.whenReady(AbortSignal.timeout(JOIN_WITHIN_MS));
  const { id, addresses, control } = node;
  const readyMs = performance.now();
  process.send?.({ id, addresses, socket: control.socket, readyMs } satisfies MemberReady);
  return node;
}

async function end(): Promise<void> {
  const node = await starting;
  await node?.close();
  process.exit(); // profiles are written now
}

process.once('message', (config: NodeConfig) => {
  starting = start(config);
});
process.once('disconnect', () => void end());
