import { startNode } from './support/real-node.ts';
const node = await startNode({ name: 'other', bootstrap: process.argv.slice(2) });
node.network.listen({ onFrame: (from, frame) => void node.network.send(from, frame), onUp(){}, onDown(){}, onRecord(){}, onMember(){} });
node.network.serveBulk(async (_n, _o, size) => ({ size, chunks: (async function* () { const b = new Uint8Array(1 << 20); for (let left = size; left > 0; left -= b.length) yield b.subarray(0, Math.min(left, b.length)); })() }));
process.on('disconnect', () => process.exit());
await node.network.whenReady(AbortSignal.timeout(20_000));
process.send?.({ self: node.network.self });
