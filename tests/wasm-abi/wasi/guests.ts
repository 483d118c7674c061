// Components of WASI 0.2, made of C with what npm has: preview 1 commands, and jco's adapter that makes WASI 0.2 of them.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { componentize } from 'componentize-qjs';
import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import { componentEmbed, componentNew } from '@bytecodealliance/jco';
import { buildWasiCommand } from '#wasm-abi/build/c.ts';
import type { HostBinding, Instance, InstanceInit } from '#wasm-abi/load.ts';
import type { WasiSources } from '#wasm-abi/wasi/sources.ts';
import { cacheDir, guestPath, program, QUOTA, SOURCES } from '../guests.ts';

const JCO = join(
  dirname(createRequire(import.meta.url).resolve('@bytecodealliance/jco')),
  '../lib',
);

/** The release of WASI whose WIT comes with jco. */
const RELEASE = '0.2.12';

export async function wasi2Guest(name: string): Promise<Uint8Array> {
  const sources = [guestPath(`${name}.c`)];
  return adapted(await buildWasiCommand({ sources, includes: [guestPath('wasi')] }, { cacheDir }));
}

/** A preview 1 command as a WASI 0.2 command. It may import functions of WASI 0.2 by their names as well. */
export async function adapted(core: Uint8Array): Promise<Uint8Array> {
  const witSource = `package test:guest;\n\nworld guest {\n  include wasi:cli/imports@${RELEASE};\n}\n\n${await wasiWit()}`;
  const embedded = await componentEmbed({ binary: core, witSource, world: 'guest' });
  const adapter = await readFile(join(JCO, 'wasi_snapshot_preview1.command.wasm'));
  return componentNew(embedded, [['wasi_snapshot_preview1', new Uint8Array(adapter)]]);
}

/** The packages of WASI as blocks of one text. */
export async function wasiWit(): Promise<string> {
  const folder = join(JCO, 'wit/builtin', RELEASE);
  const packages = (await readdir(folder)).filter((each) => each !== 'wasi-http');
  const texts = packages.map(async (each) => {
    const text = await readFile(join(folder, each, 'package.wit'), 'utf8');
    return text.replace(/^package ([^;]+);/m, 'package $1 {').concat('\n}\n');
  });
  return (await Promise.all(texts)).join('\n');
}

/** A component of JavaScript as componentize-qjs makes it for anybody: QuickJS, with all of WASI that it uses. */
export async function fromJavascript(jsSource: string, wit: string): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'vstar-test-'));
  try {
    const witPath = join(folder, 'guest.wit');
    await writeFile(witPath, wit);
    const options = { witPath, world: 'guest', jsSource, sync: true, optSize: true };
    return new Uint8Array((await componentize(options)).component);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export interface Told {
  output: string;
  errors: string;
  readonly write: HostBinding['write'];
}

/** Keeps what a command writes, by channel. */
export function collector(): Told {
  const told: Told = {
    output: '',
    errors: '',
    write(channel, bytes) {
      told[channel] += Buffer.from(bytes).toString();
    },
  };
  return told;
}

export async function command(
  image: Uint8Array,
  init: Partial<InstanceInit> = {},
  write: HostBinding['write'] = () => undefined,
  wasi: WasiSources = SOURCES,
): Promise<Instance> {
  const host = { resolve: () => undefined, write, wasi };
  return (await program(image)).instantiate(host, { ...QUOTA, ...init });
}
