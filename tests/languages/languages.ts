import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { adapted, wasiWit } from '#tests/wasm-abi/wasi/guests.ts';
import { exists, isOnPath, tool } from './tools.ts';

/** How a program of a language becomes a component of WASI 0.2. */
export interface Language {
  readonly name: string;
  /** What to install; undefined where all of it is there. */
  lacks(): Promise<string | undefined>;
  /** The component; `folder` is kept from run to run. */
  build(folder: string): Promise<Uint8Array>;
}

const SOURCES = import.meta.dirname;

const GO: Language = {
  name: 'Go',
  lacks: async () => ((await isOnPath('go')) ? undefined : 'go, 1.22 or later'),
  async build(folder) {
    const out = join(folder, 'go.wasm');
    const env = { GOOS: 'wasip1', GOARCH: 'wasm', GOTOOLCHAIN: 'local' };
    await tool('go', ['build', '-o', out, '.'], join(SOURCES, 'go'), env);
    return adapted(await readFile(out));
  },
};

const PYTHON: Language = {
  name: 'Python',
  lacks: async () =>
    (await isOnPath('componentize-py')) ? undefined : 'componentize-py 0.25 (pip), on the PATH',
  async build(folder) {
    const wit = join(folder, 'python.wit');
    const world = 'package test:it;\n\nworld guest {\n  include wasi:cli/command@0.2.12;\n}\n\n';
    await writeFile(wit, world + (await wasiWit()));
    const out = join(folder, 'python.wasm');
    const args = ['-d', wit, '-w', 'guest', 'componentize', 'app', '-o', out];
    await tool('componentize-py', args, join(SOURCES, 'python'));
    return readFile(out);
  },
};

// Debian's std of Rust for the browser is source alone; its wasi-libc is of preview 1.
const DEBIAN = {
  cargo: '/usr/bin/cargo',
  source: '/usr/lib/rustlib/src/rust/library',
  linker: '/usr/bin/wasm-ld-22',
  libc: '/usr/lib/wasm32-wasi',
};

const RUST: Language = {
  name: 'Rust',
  async lacks() {
    if ((await rustTarget()) !== undefined || (await isDebian())) return undefined;
    return (
      'cargo and `rustup target add wasm32-wasip2`, ' +
      'or the packages cargo-web rust-web-src lld-22 wasi-libc of Debian'
    );
  },
  async build(folder) {
    const target = (await rustTarget()) ?? 'wasm32-wasip1';
    const out = join(folder, 'rust');
    const args = ['build', '--release', '--target', target, '--target-dir', out];
    const cwd = join(SOURCES, 'rust');
    if ((await rustTarget()) !== undefined) await tool('cargo', args, cwd);
    else await tool(DEBIAN.cargo, [...args, '-Zbuild-std=std,panic_abort'], cwd, debianSettings());
    const image = await readFile(join(out, target, 'release/languages.wasm'));
    return target === 'wasm32-wasip2' ? image : adapted(image);
  },
};

/** The target of WASI whose std cargo has, the newer one first. */
async function rustTarget(): Promise<string | undefined> {
  if (!(await isOnPath('cargo'))) return undefined;
  for (const target of ['wasm32-wasip2', 'wasm32-wasip1']) {
    const folder = await tool('rustc', ['--print', 'target-libdir', '--target', target], SOURCES)
      .then((text) => text.trim())
      .catch(() => '');
    if (folder !== '' && (await exists(folder))) return target;
  }
  return undefined;
}

async function isDebian(): Promise<boolean> {
  return (await Promise.all(Object.values(DEBIAN).map(exists))).every(Boolean);
}

function debianSettings(): Record<string, string> {
  const { libc, linker } = DEBIAN;
  return {
    RUSTC: '/usr/bin/rustc',
    RUSTC_BOOTSTRAP: '1',
    CARGO_TARGET_WASM32_WASIP1_LINKER: linker,
    RUSTFLAGS: `-C link-self-contained=no -C link-arg=-L${libc} -C link-arg=${libc}/crt1-command.o -L ${libc}`,
  };
}

export const LANGUAGES: readonly Language[] = [GO, PYTHON, RUST];
