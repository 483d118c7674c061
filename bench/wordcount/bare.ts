// bare.ts MODULE WORKERS FILE: the kernel in bare wasm, an instance a worker, pieces handed out in turn, each read
// straight into its memory. The result goes to standard output.
import { openSync, readFileSync, readSync, statSync } from 'node:fs';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

const PIECE = 4 << 20;
const WORD = 64 << 10; // a word is shorter
const SLACK = 64; // as KERNEL_SLACK

interface Kernel {
  readonly memory: WebAssembly.Memory;
  init(): void;
  alloc(size: number): number;
  count(text: number, from: number, to: number, end: number): void;
  dump(): number;
  absorb(records: number, size: number): void;
  format(): number;
  made(): number;
}

interface WorkerInit {
  readonly module: WebAssembly.Module;
  readonly path: string;
  readonly next: Int32Array;
}

function kernelOf(module: WebAssembly.Module): Kernel {
  const { exports } = new WebAssembly.Instance(module, {});
  const initialize = exports['_initialize'] as (() => void) | undefined;
  const kernel = exports as unknown as Kernel;
  initialize?.();
  kernel.init();
  return kernel;
}

function view({ memory }: Kernel, at: number, size: number): Uint8Array {
  return new Uint8Array(memory.buffer, at >>> 0, size);
}

async function main([image = '', workers = '2', path = '']: readonly string[]): Promise<void> {
  const module = await WebAssembly.compile(readFileSync(image));
  const next = new Int32Array(new SharedArrayBuffer(4));
  const init: WorkerInit = { module, path, next };
  const tables = await Promise.all(
    Array.from({ length: Number(workers) }, () => {
      const worker = new Worker(new URL(import.meta.url), { workerData: init });
      return new Promise<Uint8Array>((resolve, reject) => {
        worker.once('message', resolve).once('error', reject);
      });
    }),
  );
  const kernel = kernelOf(module);
  for (const table of tables) {
    const at = kernel.alloc(table.length);
    view(kernel, at, table.length).set(table);
    kernel.absorb(at, table.length);
  }
  const at = kernel.format();
  process.stdout.write(view(kernel, at, kernel.made()));
}

function work({ module, path, next }: WorkerInit): void {
  const kernel = kernelOf(module);
  const file = openSync(path, 'r');
  const total = statSync(path).size;
  const buffer = kernel.alloc(1 + PIECE + WORD + SLACK);
  for (;;) {
    const at = Atomics.add(next, 0, 1) * PIECE;
    if (at >= total) break;
    const lead = at === 0 ? 0 : 1; // the byte before tells whether a word begins at the first
    const wanted = Math.min(lead + PIECE + WORD, total - at + lead);
    const text = view(kernel, buffer, wanted);
    for (let got = 0; got < wanted;)
      got += readSync(file, text, got, wanted - got, at - lead + got);
    kernel.count(buffer, lead, Math.min(lead + PIECE, wanted), wanted);
  }
  const table = kernel.dump();
  parentPort!.postMessage(view(kernel, table, kernel.made()).slice());
}

if (isMainThread) await main(process.argv.slice(2));
else work(workerData as WorkerInit);
