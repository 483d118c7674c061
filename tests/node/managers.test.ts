import test from 'ava';
import fc from 'fast-check';
import { fileURLToPath } from 'node:url';
import { systemClock } from '#kernel/system-clock.ts';
import { BUILT_IN } from '#node/managers/built-in.ts';
import { MANAGER_NAMES, Managers } from '#node/managers/managers.ts';
import { CACHE } from '#tests/support/real-cluster.ts';
import { buildTypescriptGuest } from '#wasm-abi/build/typescript.ts';

const warnings: string[] = [];
const logger = {
  debug() {},
  info() {},
  warn: (message: string) => warnings.push(message),
  error() {},
};

function managers(): Managers {
  return new Managers({ clock: systemClock, logger, cacheDir: CACHE });
}

function component(path: string, name: string): Promise<Uint8Array> {
  const entry = fileURLToPath(new URL(`../../${path}`, import.meta.url));
  return buildTypescriptGuest(
    { entry, world: `posiv:managers/${name}-manager@0.1.0` },
    { cacheDir: CACHE },
  );
}

const id = fc.constantFrom('na', 'nb', 'nc', 'nd');
const u32 = fc.integer({ min: 0, max: 1_000 });
const nodes = fc.uniqueArray(
  fc.record({
    id,
    reachable: fc.boolean(),
    lanes: u32,
    vtasks: u32,
    memoryUsed: u32,
    memoryLimit: u32,
    pending: u32,
  }),
  { selector: (node) => node.id },
);
const grants = fc.array(fc.constantFrom('posiv:kernel', 'posiv:kernel/ipc', 'posiv:vstore'));

/** For each function of each manager, arguments of every kind. */
const ARGUMENTS = {
  'resource.place': fc.tuple(nodes, fc.record({ memory: u32, near: fc.array(id) })),
  'storage.keep': fc.tuple(nodes, fc.record({ index: u32, size: u32, seed: u32 })),
  'task.assign': fc.tuple(
    fc.array(fc.record({ lane: u32, vtasks: u32, runnable: u32, memoryUsed: u32 })),
    u32,
  ),
  'security.attenuate': fc.tuple(grants, fc.option(grants, { nil: undefined })),
  'distribution.rank': fc.tuple(
    fc.array(
      fc.record({
        node: id,
        local: fc.boolean(),
        reachable: fc.boolean(),
        roundTripUs: u32,
        outstanding: u32,
      }),
    ),
  ),
} as Record<string, fc.Arbitrary<unknown[]>>;

test('each shipped manager decides as a component what it decides built in', async (t) => {
  await using all = managers();
  for (const name of MANAGER_NAMES)
    await all.plug(name, await component(`services/managers/${name}/component.ts`, name));
  for (const [path, args] of Object.entries(ARGUMENTS)) {
    const [name, method] = path.split('.') as [keyof typeof BUILT_IN, never];
    const plugged = all[name][method] as (...params: unknown[]) => unknown;
    const builtIn = BUILT_IN[name][method] as (...params: unknown[]) => unknown;
    await fc.assert(
      fc.asyncProperty(args, async (params) => {
        t.deepEqual(await plugged(...params), builtIn(...params), path);
      }),
      { numRuns: 50 },
    );
  }
  t.deepEqual(warnings, []);
});

test('a manager that never answers is passed over, and the built-in strategy decides', async (t) => {
  await using all = managers();
  await all.plug('task', await component('tests/fixtures/managers/spins.ts', 'task'));
  const view = [{ lane: 3, vtasks: 0, runnable: 0, memoryUsed: 0 }];
  const standing = (): unknown =>
    all.services().find(({ name }) => name === 'task-manager')?.standing;
  t.is(standing(), 'running');
  t.is(await all.task.assign(view, 0), 3);
  t.is(standing(), 'failing');
  t.true(warnings.includes('a manager failed, the built-in strategy decided'));
  warnings.length = 0;
  await all.plug('task', await component('services/managers/task/component.ts', 'task'));
  await all.task.assign(view, 0);
  t.is(standing(), 'running');
});

test('an image that is no such manager is refused', async (t) => {
  await using all = managers();
  const image = await component('services/managers/task/component.ts', 'task');
  const error = await t.throwsAsync(all.plug('resource', image));
  t.is((error as Error & { code: string }).code, 'not-a-manager');
});
