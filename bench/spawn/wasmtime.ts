import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { whereInstalled } from '../installed.ts';

const run = promisify(execFile);
const PROGRAM = fileURLToPath(new URL('wasmtime/target/release/pooled-instances', import.meta.url));
const COUNT = 20_000;
const INSTALL = 'cargo build --release --manifest-path bench/spawn/wasmtime/Cargo.toml';

export const POOLED = { name: "wasmtime's pooling allocator", install: INSTALL };
export const ON_DEMAND = { name: 'wasmtime on demand', install: INSTALL };

/** Microseconds for an instance in a store of its own until it is given back. */
export interface WasmtimeFigures {
  readonly pooled: number;
  readonly onDemand: number;
}

/** What wasmtime takes for instances of a core module, whose imports do nothing; undefined where its program was not built. */
export async function wasmtimeInstances(module: Uint8Array): Promise<WasmtimeFigures | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'vstar-bench-'));
  try {
    const file = join(folder, 'module.wasm');
    await writeFile(file, module);
    return await whereInstalled(async () => {
      const { stdout } = await run(PROGRAM, [file, String(COUNT)]);
      const [pooled, onDemand] = stdout.split(' ').map(Number);
      return { pooled: pooled!, onDemand: onDemand! };
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
