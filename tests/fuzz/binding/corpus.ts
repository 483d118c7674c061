import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Reader } from '#posiv-wit/codec/reader.ts';
import { Writer } from '#posiv-wit/codec/writer.ts';
import type { FunctionDefinition } from '#posiv-wit/generate/model/model.ts';
import type { BindingCase } from './binding-case.ts';
import type { Flat } from './canonical-abi.ts';
import { randomSubject } from './random-package.ts';
import { posivInterfaces, posivSubject, type Subject } from './subject.ts';

/** Where cases in which bindings differ are kept; `binding.test.ts` runs them from then on. */
const CORPUS = join(import.meta.dirname, '../../fixtures/binding');

/** A case as it is kept: it means the same whatever becomes of the generators of cases. */
interface KeptCase {
  /** What the case showed when it was found; of one that is kept as an example, the verdict that it has. */
  readonly about: string;
  /** Whether it is kept as an example of `about`. */
  readonly example?: boolean | undefined;
  /** The package, if it is none of POSIV. */
  readonly wit?: string | undefined;
  readonly interface: string;
  readonly function: string;
  readonly direction: BindingCase['direction'];
  /** In base64. */
  readonly image: string;
  readonly flats: readonly string[];
  /** In the encoding of the wire, in base64. */
  readonly host: string;
  readonly lie?: number | undefined;
  readonly late: boolean;
}

/** Keeps a case, and gives the name of its file. */
export async function keep(
  { source, descriptor, wit }: Subject,
  definition: FunctionDefinition,
  { direction, image, flats, host, lie, late }: BindingCase,
  about: string,
  example?: true,
): Promise<string> {
  const writer = new Writer();
  const codec = descriptor(definition);
  if (direction === 'import') codec.writeResult(writer, host);
  else codec.writeParams(writer, host as unknown[]);
  const kept: KeptCase = {
    about,
    example,
    wit,
    interface: source.id,
    function: definition.name,
    direction,
    image: Buffer.from(image).toString('base64'),
    flats: flats.map((flat) => (Object.is(flat, -0) ? '-0' : `${flat}`) + suffix(flat)),
    host: Buffer.from(writer.take()).toString('base64'),
    lie,
    late,
  };
  const text = `${JSON.stringify(kept, undefined, 2)}\n`;
  const name = `${createHash('sha256').update(text).digest('hex').slice(0, 16)}.json`;
  await mkdir(CORPUS, { recursive: true });
  await writeFile(join(CORPUS, name), text);
  return name;
}

export interface CorpusCase {
  readonly subject: Subject;
  readonly definition: FunctionDefinition;
  readonly test: BindingCase;
  /** The verdict that it must have, if it is an example. */
  readonly verdict: string | undefined;
}

/** The names of the cases that are kept. */
export async function corpus(): Promise<string[]> {
  return (await readdir(CORPUS)).filter((each) => each.endsWith('.json')).toSorted();
}

export async function keptCase(name: string): Promise<CorpusCase> {
  const kept = JSON.parse(await readFile(join(CORPUS, name), 'utf8')) as KeptCase;
  const subject = await subjectOf(kept);
  const definition = subject.source.functions.find((each) => each.name === kept.function);
  if (!definition) throw new Error(`${kept.interface} has no ${kept.function}`);
  const reader = new Reader(new Uint8Array(Buffer.from(kept.host, 'base64')));
  const codec = subject.descriptor(definition);
  const test: BindingCase = {
    direction: kept.direction,
    image: new Uint8Array(Buffer.from(kept.image, 'base64')),
    flats: kept.flats.map(flatOf),
    host: kept.direction === 'import' ? codec.readResult(reader) : codec.readParams(reader),
    lie: kept.lie,
    late: kept.late,
  };
  return { subject, definition, test, verdict: kept.example ? kept.about : undefined };
}

function subjectOf({ wit, interface: id }: KeptCase): Promise<Subject> {
  if (wit !== undefined) return randomSubject(wit);
  const source = posivInterfaces().find((each) => each.id === id);
  if (!source) throw new Error(`no interface ${id}`);
  return posivSubject(source);
}

function suffix(flat: Flat): string {
  return typeof flat === 'bigint' ? 'n' : '';
}

function flatOf(text: string): Flat {
  return text.endsWith('n') ? BigInt(text.slice(0, -1)) : Number(text);
}
