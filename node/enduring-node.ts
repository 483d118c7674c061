import { setTimeout as pause } from 'node:timers/promises';
import type { ComposedNode } from '#node/compose-node.ts';
import type { NodeConfig } from '#node/config.ts';
import { nodeLogger } from '#node/node-logger.ts';
import { startWorkerNode, type WorkerNode } from '#node/worker-node.ts';
import { loadLibp2p } from '#p2p/peer-network.ts';

const AGAIN_AFTER_MS = 1_000;

/** Loads the code that a start loads first, for a process that waits to be told what to be. */
export async function loadAhead(): Promise<void> {
  await loadLibp2p();
}

/**
 * A worker node that goes on after the others have taken it for lost, as they do with one that was frozen or cut off for
 * longer than its lease: it ends its vTasks, and starts as a new incarnation where it was.
 * @param composed given the parts of each of its lives
 * @throws what `startWorkerNode` throws, at the first start
 */
export async function startEnduringNode(
  config: NodeConfig,
  composed?: (node: ComposedNode) => void,
): Promise<WorkerNode> {
  const first = await startWorkerNode(config, composed);
  const logger = nodeLogger(config.logLevel, config.name);
  const closing = new AbortController();
  const expelled = Promise.withResolvers<Error>();
  let life: WorkerNode | undefined = first;

  const again = async (): Promise<WorkerNode | undefined> => {
    while (!closing.signal.aborted)
      try {
        return await startWorkerNode(whereItWas(config, first), composed);
      } catch (error) {
        const { code, message } = error as Error & { code?: string };
        // It was told so as it was fenced, and has no other end.
        if (code === 'revoked') {
          expelled.resolve(error as Error);
          return undefined;
        }
        logger.error('the node could not start again', { code, reason: message });
        await pause(AGAIN_AFTER_MS, undefined, { signal: closing.signal }).catch(() => {});
      }
    return undefined;
  };
  const lives = async (): Promise<void> => {
    const closed = new Promise((resolve) =>
      closing.signal.addEventListener('abort', resolve, { once: true }),
    );
    while (life !== undefined) {
      void life.expelled.then(expelled.resolve);
      await Promise.race([life.fenced, closed]);
      await life.close();
      life = await again();
    }
  };
  const living = lives();
  living.catch((error: unknown) => logger.error('the node did not end in order', { error }));
  const close = async (): Promise<void> => {
    closing.abort();
    await living;
  };
  return {
    ...first,
    expelled: expelled.promise,
    whenReady: (signal) => (life ?? first).whenReady(signal),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Those who know it will look for it at its addresses. */
function whereItWas(config: NodeConfig, { addresses, control }: WorkerNode): NodeConfig {
  return {
    ...config,
    // What it announces is no address of this machine.
    listen:
      (config.announce ?? []).length > 0
        ? config.listen
        : addresses.map((address) => address.replace(/\/p2p\/[^/]+$/, '')),
    httpPort: control.url === undefined ? undefined : Number(new URL(control.url).port),
  };
}
