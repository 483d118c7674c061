import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { componentEmbed, componentNew } from '@bytecodealliance/jco';
import { commands } from '@yowasp/clang';
import test from 'ava';
import { bundleWit } from '#posiv-wit/bundle.ts';
import type { Info } from '#posiv-wit/generated/kernel.ts';
import { ROOT } from '#posiv-wit/generate/sources.ts';
import { ok } from '#posiv-wit/result.ts';
import { needed } from './descriptors.ts';
import { lifted, lowered } from './direct-calls.ts';
import { DEFAULT_QUOTA } from '#posiv-wit/quota.ts';

const FIXTURE = join(ROOT, 'tests', 'posiv-wit', 'posiv-header.c');

async function compile(compiler: 'clang' | 'clang++'): Promise<Uint8Array> {
  const header = await readFile(join(ROOT, 'guests', 'c', 'sdk', 'posiv.h'), 'utf8');
  const source = await readFile(FIXTURE, 'utf8');
  const file = compiler === 'clang' ? 'guest.c' : 'guest.cc';
  const flags = ['-O2', '-Wall', '-Werror', '-nostdlib', '-Wl,--no-entry', '-Wl,-s'];
  let messages = '';
  const stderr = (bytes: Uint8Array | null): void => {
    messages += new TextDecoder().decode(bytes ?? undefined);
  };
  const made = await commands[compiler](
    [...flags, file, '-o', 'guest.wasm'],
    { [file]: source, 'posiv.h': header },
    { stderr, fetchProgress: () => {} },
  );
  if (messages !== '') throw new Error(messages);
  return made?.['guest.wasm'] as Uint8Array;
}

interface Guest {
  readonly memory: WebAssembly.Memory;
  readonly cabi_realloc: (old: number, oldSize: number, align: number, size: number) => number;
  readonly 'posiv:kernel/program@0.1.0#run': () => number;
}

// Runs the guest with the host's functions in place of its imports.
async function run(hosts: Record<string, (...params: never[]) => unknown>): Promise<unknown> {
  const module = await WebAssembly.compile((await compile('clang')) as BufferSource);
  let guest: Guest | undefined;
  const abi = {
    get memory(): WebAssembly.Memory {
      return (guest as Guest).memory;
    },
    realloc: (...params: [number, number, number, number]): number =>
      (guest as Guest).cabi_realloc(...params),
  };
  const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    const host = hosts[name];
    if (host === undefined) throw new Error(`the guest imports ${name}`);
    imports[from] = { ...imports[from], [name]: lowered(needed(`${from}#${name}`), host, abi) };
  }
  guest = (await WebAssembly.instantiate(module, imports)).exports as unknown as Guest;
  return lifted(
    needed('posiv:kernel/program@0.1.0#run'),
    guest['posiv:kernel/program@0.1.0#run'],
    abi,
  )([]);
}

const info: Info = {
  vtid: 'vt-1',
  name: 'näme',
  tenant: 'me',
  image: '/image',
  node: 'n1',
  state: 'died',
  creator: undefined,
  createdMs: 2 ** 40,
  startedMs: 2,
  endedMs: 3,
  memoryBytes: 2 ** 33 + 1,
  mailboxBytes: 77,
  cpuUs: 2 ** 34,
  quota: { ...DEFAULT_QUOTA, scratchBytes: 2 ** 35 },
  refusals: [{ limit: 'life-ms', count: 2 ** 36 }],
  reason: { tag: 'trapped', val: 'unreachable' },
};

test('a guest in C passes and gets structures, options, results and strings as the host does', async (t) => {
  const heard: unknown[] = [];
  const result = await run({
    new: (...params) => (heard.push(params), ok('vt-1')),
    info: (...params) => (heard.push(params), ok(info)),
    reply: (...params) => (
      heard.push(params),
      { ok: false, error: { tag: 'refused', val: 'no token' } }
    ),
    list: (...params) => (heard.push(params), ok([info, info])),
    write: (...params) => (heard.push(params), undefined),
  });
  t.deepEqual(heard, [
    [
      'name',
      '/image',
      ['one', 'two'],
      {
        detached: true,
        node: undefined,
        near: ['n1'],
        grants: ['posiv:vstore'],
        quota: { ...DEFAULT_QUOTA, memoryPages: 3, mailboxBytes: 4, scratchBytes: 5 },
        environment: [['key', 'value']],
        restart: 'on-failure',
      },
    ],
    ['vt-1'],
    [7, { ok: false, error: 'bad' }],
    [undefined],
    ['info', new TextEncoder().encode('done')],
  ]);
  t.deepEqual(result, { ok: true, value: 0 });
});

test('the header is C++ too', async (t) => {
  t.true((await compile('clang++')).length > 0);
});

test('a guest that is made with the header becomes a component', async (t) => {
  const core = await compile('clang');
  const witSource = bundleWit('posiv:kernel/program-task@0.1.0');
  const embedded = await componentEmbed({ binary: core, witSource, world: 'guest' });
  t.true((await componentNew(embedded, [])).length > core.length);
});
