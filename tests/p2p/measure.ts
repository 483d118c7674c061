import { fork } from 'node:child_process';
import { once } from 'node:events';
import { startNode } from './support/real-node.ts';
const t00 = performance.now();
const node = await startNode();
console.log('start ms', performance.now() - t00);
const child = fork(new URL('./measure-peer.ts', import.meta.url), [node.address]);
const [{ self }] = (await once(child, 'message')) as [{ self: string }];
await node.sees(1);
let wake = () => {};
node.events.onFrame = () => wake();
const frame = new Uint8Array(100);
async function rtts(n: number, signal?: AbortSignal): Promise<void> {
  const rtt: number[] = [];
  for (let i = 0; i < n && !signal?.aborted; i++) { const t = performance.now(); await new Promise<void>(r => { wake = r; node.network.send(self, frame); }); rtt.push((performance.now() - t) * 1000); }
  rtt.sort((a, b) => a - b);
  console.log('rtt us p50', rtt[rtt.length >> 1]!.toFixed(0), 'p99', rtt[Math.floor(rtt.length * .99)]!.toFixed(0), 'n', rtt.length);
}
await rtts(2000); await rtts(5000);
const done = new AbortController();
const during = rtts(1e9, done.signal);
const size = 400_000_000; const t = performance.now(); let got = 0;
for await (const c of node.network.pull(self, 'x', 0, size, AbortSignal.timeout(60000))) got += c.length;
console.log('bulk MB/s', (got / 1e3 / (performance.now() - t)).toFixed(0)); done.abort(); await during;
child.kill(); await node.network[Symbol.asyncDispose]();
