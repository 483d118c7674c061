// A node in a process of its own, for tests that stop or kill it. It says where it listens, sends frames back, and leaves
// when it is told anything.
import { startNode } from './real-node.ts';

const node = await startNode({ name: 'other', bootstrap: process.argv.slice(2) });
node.network.listen({
  onFrame: (from, frame) => void node.network.send(from, frame),
  onUp: () => undefined,
  onDown: () => undefined,
  onRecord: () => undefined,
  onMember: () => undefined,
});
process.on('disconnect', () => process.exit());
process.once('message', () => {
  void node.network.leave().then(() => process.exit());
});
await node.network.whenReady(AbortSignal.timeout(180_000));
process.send?.({ self: node.network.self, address: node.address });
