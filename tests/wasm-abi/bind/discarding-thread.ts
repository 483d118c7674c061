/** A thread that gives back what it held, and tells how much its process held before and after, what it reads then, and what it was told. */
import { parentPort } from 'node:worker_threads';
import { discarded } from '#wasm-abi/bind/discard.ts';

const PAGES = 1_024; // 64 MiB
const memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES });
const bytes = new Uint8Array(memory.buffer);
bytes.fill(7);
const before = process.memoryUsage.rss();
const steps = [...discarded([memory])];
const after = process.memoryUsage.rss();
const sum = bytes.reduce((all, each) => all + each, 0);
parentPort!.postMessage({ before, after, steps, sum });
