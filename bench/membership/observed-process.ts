// The process of one node whose opinions of the others are measured: it says when it has come to them, by the clock that all
// processes of the machine share. It loads its code and waits to be told what to be; it ends when the channel to the bench does.
import type { ComposedNode } from '#node/compose-node.ts';
import { loadNode } from '#node/load-node.ts';
import type { WorkerNode } from '#node/worker-node.ts';
import { monotonicMs } from '#tests/integration/monotonic.ts';
import type { FromObserved, ToObserved } from './observed.ts';

let node: WorkerNode | undefined;

function tell(message: FromObserved): void {
  process.send?.(message, undefined, undefined, () => {}); // the bench may have gone
}

function observe({ network, kernel }: ComposedNode, others: number): void {
  const connected = new Set<string>();
  let sees = false;
  const look = (): void => {
    sees ||= network.members().filter(({ standing }) => standing === 'up').length === others;
    if (sees) tell({ kind: 'sees-all', at: monotonicMs() });
  };
  network.listen({
    onFrame() {},
    onUp(peer) {
      connected.add(peer);
      if (connected.size === others) tell({ kind: 'whole', at: monotonicMs() });
    },
    onDown: (peer) => void connected.delete(peer),
    onOpinion: ({ what, node: about }) => tell({ kind: what, node: about, at: monotonicMs() }),
    onRecord() {},
    onMember() {
      if (!sees) look();
    },
  });
  look();
  const nodeLost = kernel.nodeLost.bind(kernel);
  kernel.nodeLost = (lost) => {
    tell({ kind: 'lost', node: lost, at: monotonicMs() });
    nodeLost(lost);
  };
}

async function start({ config, others }: ToObserved): Promise<void> {
  const { startEnduringNode } = await loaded;
  node = await startEnduringNode(config, (life) => observe(life, others));
  const { id, addresses, control } = node;
  tell({ kind: 'started', id, addresses, socket: control.socket });
}

process.once('message', (message: ToObserved) => void start(message));
process.once('disconnect', () => {
  void (node?.close() ?? Promise.resolve()).finally(() => process.exit());
});

const loaded = loadNode(process.argv[2]!);
await (await loaded).loadAhead();
tell({ kind: 'loaded' });
