import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { RegisterJournal } from '#node/registers/register-journal.ts';
import { SingleWriterRegisters } from '#node/registers/single-writer.ts';
import { systemRandom } from '#kernel/system-random.ts';
import type { RegistersCalls } from '#posiv-wit/generated/wire.ts';
import { openNodeDisk } from '#services/vstore/disk/node-disk.ts';
import { keeperOf } from '#services/vstore/rendezvous.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Registers of several nodes, each with a journal on a real disk, joined by direct calls. */
class Nodes implements AsyncDisposable {
  readonly all = new Map<string, SingleWriterRegisters>();
  readonly down = new Set<string>();
  /** The roster as every node has it. */
  roster: string[] = [];
  ready = true;
  readonly #folder: string;
  readonly #open: AsyncDisposable[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  static async make(...names: string[]): Promise<Nodes> {
    const nodes = new Nodes(await mkdtemp(join(tmpdir(), 'vstar-registers-')));
    for (const name of names) await nodes.add(name);
    return nodes;
  }

  async add(self: string): Promise<SingleWriterRegisters> {
    const disk = await openNodeDisk(join(this.#folder, self), 0);
    const journal = await RegisterJournal.open({ disk, random: systemRandom }, 'registers.journal');
    this.#open.push(journal, { [Symbol.asyncDispose]: () => disk.close() });
    if (!this.roster.includes(self)) this.roster.push(self);
    const registers = new SingleWriterRegisters({
      self,
      members: () => this.roster,
      ready: () => this.ready,
      writerOf: keeperOf,
      journal,
      call: async (node, name, params) => {
        if (this.down.has(node)) throw new Error(`node ${node} cannot be reached`);
        const method = name.split('#')[1] as keyof RegistersCalls;
        const call = this.all.get(node)!.calls[method] as (...all: unknown[]) => unknown;
        return call(...params);
      },
    });
    this.all.set(self, registers);
    return registers;
  }

  at(name: string): SingleWriterRegisters {
    return this.all.get(name)!;
  }

  async stop(): Promise<void> {
    for (const each of this.#open.splice(0)) await each[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

test('a register that was never written has version 0, and every node reads what any wrote', async (t) => {
  await using nodes = await Nodes.make('a', 'b', 'c');
  t.deepEqual(await nodes.at('a').read('name/x'), { version: 0, value: undefined });
  t.deepEqual(await nodes.at('b').swap('name/x', 0, bytes('one')), {
    version: 1,
    value: bytes('one'),
  });
  for (const name of ['a', 'b', 'c'])
    t.deepEqual(await nodes.at(name).read('name/x'), { version: 1, value: bytes('one') });
});

test('of many who swap the same version at once, one succeeds', async (t) => {
  await using nodes = await Nodes.make('a', 'b', 'c');
  const tries = ['a', 'b', 'c', 'a', 'b', 'c'].map((name, at) =>
    nodes.at(name).swap('name/x', 0, bytes(`${at}`)),
  );
  const values = await Promise.all(tries);
  t.is(new Set(values.map(({ value }) => new TextDecoder().decode(value))).size, 1);
  t.true(values.every(({ version }) => version === 1));
});

test('a swap of another version changes nothing', async (t) => {
  await using nodes = await Nodes.make('a');
  await nodes.at('a').swap('k', 0, bytes('one'));
  t.deepEqual(await nodes.at('a').swap('k', 0, bytes('two')), { version: 1, value: bytes('one') });
  t.deepEqual(await nodes.at('a').swap('k', 7, bytes('two')), { version: 1, value: bytes('one') });
  t.deepEqual(await nodes.at('a').swap('k', 1, undefined), { version: 2, value: undefined });
});

test('what was written is there after a restart', async (t) => {
  await using nodes = await Nodes.make('a');
  await nodes.at('a').swap('k', 0, bytes('one'));
  await nodes.stop();
  const again = await nodes.add('a');
  t.deepEqual(await again.read('k'), { version: 1, value: bytes('one') });
});

test('whoever a grown roster makes the writer finds what the earlier writer left', async (t) => {
  await using nodes = await Nodes.make('a', 'b');
  const keys = Array.from({ length: 40 }, (_, at) => `name/${at}`);
  for (const key of keys) await nodes.at('a').swap(key, 0, bytes(key));
  await nodes.add('c');
  const moved = keys.filter((key) => keeperOf(key, nodes.roster) === 'c');
  t.true(moved.length > 0);
  for (const key of keys)
    for (const name of ['a', 'b', 'c'])
      t.deepEqual(await nodes.at(name).read(key), { version: 1, value: bytes(key) });
  for (const key of moved) t.is((await nodes.at('a').swap(key, 1, undefined)).version, 2);
});

test('where the writer, or who may know of an earlier one, cannot be reached, nobody guesses', async (t) => {
  await using nodes = await Nodes.make('a', 'b', 'c');
  const key = Array.from({ length: 99 }, (_, at) => `${at}`).find(
    (each) => keeperOf(each, nodes.roster) === 'b',
  )!;
  nodes.down.add('b');
  await t.throwsAsync(nodes.at('a').read(key), { message: /cannot be reached/ });
  await t.throwsAsync(nodes.at('a').swap(key, 0, bytes('x')), { message: /cannot be reached/ });
  nodes.down.clear();
  nodes.down.add('c');
  const error = await t.throwsAsync(nodes.at('b').read(key));
  t.regex(error.message, /cannot be reached/);
  nodes.down.clear();
  t.is((await nodes.at('b').read(key)).version, 0);
});

test('before the roster is agreed on nothing is read or written', async (t) => {
  await using nodes = await Nodes.make('a');
  nodes.ready = false;
  const error = await t.throwsAsync(nodes.at('a').read('k'));
  t.is((error as Error & { code: string }).code, 'unreachable');
});
