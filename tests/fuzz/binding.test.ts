import test from 'ava';
import fc from 'fast-check';
import type { FunctionDescriptor } from '#posiv-wit/function-descriptor.ts';
import { compareBindings } from './binding/compare-bindings.ts';
import { corpus, keptCase } from './binding/corpus.ts';
import { KNOWN } from './binding/known-differences.ts';
import { packageText, randomSubject } from './binding/random-package.ts';
import { casesOf } from './binding/random-case.ts';
import { posivInterfaces, posivSubject, type Subject } from './binding/subject.ts';

const names = await corpus();

for (const name of names) {
  test(`the bindings agree on ${name}`, async (t) => {
    const { subject, definition, test: each, verdict } = await keptCase(name);
    const got = await compareBindings(subject, definition, each);
    if (verdict === undefined) t.not(got.kind, 'different', JSON.stringify(got));
    else t.is(got.kind === 'known' ? got.how : got.kind, verdict, JSON.stringify(got));
  });
}

test('every known difference of jco has an example', async (t) => {
  const verdicts = await Promise.all(names.map(async (name) => (await keptCase(name)).verdict));
  t.deepEqual(
    KNOWN.filter((each) => !verdicts.includes(each)),
    [],
  );
});

test('the same seed makes the same package and the same calls', async (t) => {
  const sample = (): readonly unknown[] => fc.sample(packageText, { seed: 5, numRuns: 2 });
  t.deepEqual(sample(), sample());
  const { source } = await ipc();
  for (const definition of source.functions) {
    const calls = (): unknown[] => fc.sample(casesOf(definition), { seed: 5, numRuns: 5 });
    t.deepEqual(calls(), calls(), definition.name);
  }
});

test('functions of a random package are compared', async (t) => {
  const [text = ''] = fc.sample(packageText, { seed: 3, numRuns: 1 });
  t.is(await defectOf(await randomSubject(text)), undefined);
});

// Defects are planted into one of the bindings: the fuzzer has to find each.

const DEFECTS: Record<string, (descriptor: FunctionDescriptor) => Partial<FunctionDescriptor>> = {
  'that drops the last byte of what a guest passes': ({ lower }) => ({
    lower: (host, abi) => lower((...params) => host(...params.map((each) => cut(each))), abi),
  }),
  'that changes what the host answers': ({ lower }) => ({
    lower: (host, abi) => lower((...params) => altered(host(...params)), abi),
  }),
  'that takes a return pointer as it comes': ({ lower }) => ({
    lower: (host, abi) => {
      const core = lower(host, abi);
      return (...flat) => core(...flat.slice(0, -1), flat.at(-1) & ~7);
    },
  }),
  'that throws what is no trap': ({ lower }) => ({
    lower: (host, abi) => {
      const core = lower(host, abi);
      return (...flat) => {
        try {
          return core(...flat);
        } catch (error) {
          throw new RangeError(String(error));
        }
      };
    },
  }),
  'that gives a guest less than the host passes': ({ exported }) => ({
    exported: (abi) => {
      const host = exported(abi);
      const pass: typeof host.pass = (at, params) =>
        host.pass(
          at,
          params.map((each) => cut(each)),
        );
      return { ...host, pass };
    },
  }),
};

for (const [what, plant] of Object.entries(DEFECTS)) {
  test(`a binding ${what} is found`, async (t) => {
    const subject = await ipc();
    const planted: Subject = {
      ...subject,
      descriptor: (definition) => {
        const descriptor = subject.descriptor(definition);
        return { ...descriptor, ...plant(descriptor) };
      },
    };
    t.regex((await defectOf(planted)) ?? '', /^ours: /);
  });
}

test('a binding that never calls post-return is found', async (t) => {
  t.regex((await defectOf({ ...(await ipc()), frees: false })) ?? '', /^ours: /);
});

test('a difference that only jco has is found', async (t) => {
  const subject = await ipc();
  const planted: Subject = {
    ...subject,
    glue: (get, imports, instantiate) => {
      const cutting = Object.entries(imports[IPC] ?? {}).map(([name, host]) => [
        name,
        (...params: unknown[]) => (host as (...all: unknown[]) => unknown)(...params.map(cut)),
      ]);
      return subject.glue(get, { [IPC]: Object.fromEntries(cutting) }, instantiate);
    },
  };
  t.regex((await defectOf(planted)) ?? '', /^jco: /);
});

const IPC = 'posiv:kernel/ipc';
let made: Promise<Subject> | undefined;

function ipc(): Promise<Subject> {
  const source = posivInterfaces().find(({ id }) => id.startsWith(`${IPC}@`));
  if (!source) throw new Error('no interface ipc');
  return (made ??= posivSubject(source));
}

/** The first difference that some calls of each function show. */
async function defectOf(subject: Subject): Promise<string | undefined> {
  for (const definition of subject.source.functions) {
    for (const each of fc.sample(casesOf(definition), { seed: 11, numRuns: 25 })) {
      const verdict = await compareBindings(subject, definition, each);
      if (verdict.kind === 'different') return verdict.what;
    }
  }
  return undefined;
}

function cut(value: unknown): unknown {
  return typeof value === 'string' || value instanceof Uint8Array ? value.slice(0, -1) : value;
}

function altered(answer: unknown): unknown {
  if (answer instanceof Promise) return answer.then(altered);
  const { ok, value } = answer as { ok: boolean; value: unknown };
  return ok ? { ok, value: cut(value) } : { ok, error: { tag: 'timeout' } };
}
