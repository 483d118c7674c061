import test from 'ava';
import fc from 'fast-check';
import { CodecError } from '#posiv-wit/codec/errors.ts';
import { Reader } from '#posiv-wit/codec/reader.ts';
import { Writer } from '#posiv-wit/codec/writer.ts';
import { pascalCase } from '#posiv-wit/generate/emit/names.ts';
import type { Type } from '#posiv-wit/generate/model/model.ts';
import { typeFiles } from '#posiv-wit/generate/outputs.ts';
import { loadPackages } from '#posiv-wit/generate/sources.ts';
import { everyFunction } from './descriptors.ts';
import { paramsOf, valuesOf } from './values.ts';

type Write = (writer: Writer, value: unknown) => void;
type Read = (reader: Reader) => unknown;

interface Codec {
  readonly name: string;
  readonly type: Type;
  readonly write: Write;
  readonly read: Read;
}

const codecs: Codec[] = [];
test.before(async () => {
  for (const [file, interfaces] of loadPackages().flatMap(typeFiles)) {
    const generated = (await import(`#posiv-wit/generated/${file}.ts`)) as Record<
      string,
      Write & Read
    >;
    for (const definition of interfaces.flatMap((each) => each.types)) {
      if (definition.body.kind === 'alias') continue;
      const [write, read] = ['write', 'read'].map(
        (verb) => generated[`${verb}${pascalCase(definition.name)}`],
      );
      if (write === undefined || read === undefined)
        throw new Error(`${definition.name} has no codec`);
      codecs.push({
        name: `${file}/${definition.name}`,
        type: { kind: 'named', definition },
        write,
        read,
      });
    }
  }
});

function writtenBy(write: Write, value: unknown): Uint8Array {
  const writer = new Writer(1);
  write(writer, value);
  return writer.take();
}

test('every value of every type comes back as it was written', (t) => {
  for (const { name, type, write, read } of codecs) {
    fc.assert(
      fc.property(valuesOf(type), (value) => {
        const reader = new Reader(writtenBy(write, value));
        t.deepEqual(read(reader), value, name);
        reader.end();
      }),
      { numRuns: 40 },
    );
  }
});

test('the parameters and the result of every function come back as they were written', (t) => {
  for (const { definition, descriptor } of everyFunction) {
    fc.assert(
      fc.property(paramsOf(definition), valuesOf(definition.result), (params, result) => {
        const writer = new Writer();
        descriptor.writeParams(writer, params);
        const reader = new Reader(writer.take());
        t.deepEqual(descriptor.readParams(reader), params, descriptor.name);
        reader.end();
        descriptor.writeResult(writer.reset(), result);
        const answer = new Reader(writer.view);
        t.deepEqual(descriptor.readResult(answer), result, descriptor.name);
        answer.end();
      }),
      { numRuns: 40 },
    );
  }
});

// Reads as a receiver does that trusts nobody: a value, or `malformed-value`.
function readHostile(read: Read, bytes: Uint8Array): boolean {
  try {
    const reader = new Reader(bytes);
    read(reader);
    reader.end();
    return true;
  } catch (error) {
    if (error instanceof CodecError && error.code === 'malformed-value') return false;
    throw error;
  }
}

test('bytes of any kind are a value or are refused, and nothing else happens', (t) => {
  for (const { read } of codecs) {
    t.notThrows(() => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
          readHostile(read, bytes);
        }),
        { numRuns: 200 },
      );
    });
  }
});

test('a changed byte of an encoded value does no more than change or spoil it', (t) => {
  for (const { type, write, read } of codecs) {
    t.notThrows(() => {
      fc.assert(
        fc.property(
          valuesOf(type),
          fc.nat(),
          fc.integer({ min: 1, max: 255 }),
          (value, at, change) => {
            const bytes = writtenBy(write, value);
            const index = at % bytes.length;
            bytes[index] = (bytes[index] ?? 0) ^ change;
            readHostile(read, bytes);
          },
        ),
        { numRuns: 60 },
      );
    });
  }
});

test('an encoded value that was cut short is refused', (t) => {
  for (const { name, type, write, read } of codecs) {
    fc.assert(
      fc.property(valuesOf(type), fc.nat(), (value, at) => {
        const bytes = writtenBy(write, value);
        t.false(readHostile(read, bytes.subarray(0, at % bytes.length)), name);
      }),
      { numRuns: 40 },
    );
  }
});

test('whatever is read is written as the same bytes: each value has one encoding', (t) => {
  for (const { name, write, read } of codecs) {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        if (readHostile(read, bytes))
          t.deepEqual(writtenBy(write, read(new Reader(bytes))), new Uint8Array(bytes), name);
      }),
      { numRuns: 200 },
    );
  }
  t.pass();
});
