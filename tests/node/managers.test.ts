import test from 'ava';
import fc from 'fast-check';
import { systemClock } from '#kernel/system-clock.ts';
import { BUILT_IN } from '#node/managers/built-in.ts';
import { managerThreads } from '#node/managers/manager-threads.ts';
import { Managers } from '#node/managers/managers.ts';
import { MANAGER_NAME_CASES } from '#posiv-wit/generated/admin.ts';
import { managerImage } from '#tests/support/manager-image.ts';
import { CACHE } from '#tests/support/real-cluster.ts';
import { prepareImage } from '#wasm-abi/prepare.ts';

const warnings: string[] = [];
const logger = {
  debug() {},
  info() {},
  warn: (message: string) => warnings.push(message),
  error() {},
};

function managers(): Managers {
  return new Managers({
    clock: systemClock,
    logger,
    prepare: (image) => prepareImage(image, { cacheDir: CACHE }),
    start: managerThreads(CACHE),
  });
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
  for (const name of MANAGER_NAME_CASES)
    await all.plug(name, await managerImage(`services/managers/${name}/component.ts`, name));
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

const lane = (number: number) => ({ lane: number, vtasks: 0, runnable: 0, memoryUsed: 0 });
const LANES = [lane(3), lane(4)];

test.serial(
  'a manager that does not answer is passed over, and the built-in strategy decides',
  async (t) => {
    await using all = managers();
    await all.plug('task', await managerImage('tests/fixtures/managers/spins.ts', 'task'));
    const standing = (): unknown =>
      all.services().find(({ name }) => name === 'task-manager')?.standing;
    t.is(standing(), 'running');
    t.is(await all.task.assign(LANES, 0), 3);
    t.is(standing(), 'failing');
    t.true(warnings.includes('a manager failed, the built-in strategy decided'));
    warnings.length = 0;
    await all.plug('task', await managerImage('services/managers/task/component.ts', 'task'));
    await all.task.assign(LANES, 0);
    t.is(standing(), 'running');
  },
);

test.serial(
  'one that is restored is not tried: it decides with its first question, and is passed over where it does not answer',
  async (t) => {
    await using all = managers();
    const standing = (): unknown =>
      all.services().find(({ name }) => name === 'task-manager')?.standing;
    await all.restore('task', await managerImage('tests/fixtures/managers/never.ts', 'task'));
    t.is(standing(), 'running');
    t.is(await all.task.assign(LANES, 0), 3);
    t.is(standing(), 'failing');
    warnings.length = 0;
    await all.restore('task', await managerImage('tests/fixtures/managers/last.ts', 'task'));
    t.is(await all.task.assign(LANES, 0), 4);
    const other = await managerImage('services/managers/resource/component.ts', 'resource');
    await t.throwsAsync(all.restore('task', other), { code: 'not-a-manager' });
    t.is(await all.task.assign(LANES, 0), 4);
  },
);

test('an image that is no such manager is refused', async (t) => {
  await using all = managers();
  const image = await managerImage('services/managers/task/component.ts', 'task');
  const error = await t.throwsAsync(all.plug('resource', image));
  t.is((error as Error & { code: string }).code, 'not-a-manager');
});

test('one that fails when it is tried takes nobody’s place, nor does one that cannot be kept', async (t) => {
  await using all = managers();
  const last = await managerImage('tests/fixtures/managers/last.ts', 'task');
  const version = await all.plug('task', last);
  const decides = async (): Promise<void> => {
    t.is(await all.task.assign(LANES, 0), 4);
    t.like(
      all.services().find(({ name }) => name === 'task-manager'),
      {
        version,
        standing: 'running',
      },
    );
  };
  await decides();
  const never = await managerImage('tests/fixtures/managers/never.ts', 'task');
  await t.throwsAsync(all.plug('task', never), {
    code: 'not-a-manager',
    message: /assign fails when it is tried: no answer within/,
  });
  await decides();
  const other = await managerImage('services/managers/task/component.ts', 'task');
  const full = (): Promise<void> => Promise.reject(new Error('the disk is full'));
  await t.throwsAsync(all.plug('task', other, full), { message: 'the disk is full' });
  await decides();
  await t.throwsAsync(all.unplug('task', full), { message: 'the disk is full' });
  await decides();
});

test('what a manager was asked before it was swapped it decides, and nothing after that', async (t) => {
  await using all = managers();
  await all.plug('task', await managerImage('tests/fixtures/managers/last.ts', 'task'));
  const asked = Array.from({ length: 200 }, async () => all.task.assign(LANES, 0));
  const swapped = all.unplug('task', async () => {});
  t.deepEqual(new Set(await Promise.all(asked)), new Set([4]));
  await swapped;
  t.is(await all.task.assign(LANES, 0), 3);
});
