import test from 'ava';
import { Admission } from '#services/machine/driver/admission.ts';

const MIB = 1 << 20;
const GIB = 1024 * MIB;
const OVERHEAD = 24 * MIB;
const SHAPE = { memory: 64 * MIB, processors: 1, disk: 2 * GIB };

interface Host {
  total?: number;
  available?: number;
  disk?: number;
  /** Of each tenant. */
  tenant?: number;
  /** That other nodes on the machine have promised. */
  others?: number;
  /** What the other nodes are told. */
  told?: number[];
}

function admission({
  total = 16 * GIB,
  available = 16 * GIB,
  disk = 100 * GIB,
  tenant = 16 * GIB,
  others = 0,
  told = [],
}: Host) {
  return new Admission(
    {
      resources: {
        memory: async () => ({ total, available, others }),
        diskFree: async () => disk,
        load: () => 0,
        async promise(bytes) {
          told.push(bytes);
        },
      },
      agents: { said() {}, end() {}, memoryOf: () => tenant },
    },
    '/nowhere',
  );
}

function agent(vtid: string, tenant = 'default') {
  return { vtid, creator: undefined, tenant };
}

test('as many machines are promised memory as there is, and the next one when one has gone', async (t) => {
  const admitting = admission({ total: GIB }); // three quarters of it: eight of 64 MiB and 24 for QEMU
  const releases: (() => void)[] = [];
  for (let at = 0; at < 8; at += 1)
    releases.push(await admitting.admit(agent(`a${at}`), SHAPE, OVERHEAD));
  t.is(admitting.promised, 8 * 88 * MIB);
  await t.throwsAsync(admitting.admit(agent('b'), SHAPE, OVERHEAD), {
    code: 'full',
    message: /memory/,
  });
  t.is(admitting.promised, 8 * 88 * MIB);
  releases[3]!();
  await admitting.admit(agent('b'), SHAPE, OVERHEAD);
  t.is(admitting.promised, 8 * 88 * MIB);
});

test('those who ask at the same time are not promised the same memory', async (t) => {
  const admitting = admission({ total: GIB });
  const asked = Array.from({ length: 20 }, (_, at) =>
    admitting.admit(agent(`a${at}`), SHAPE, OVERHEAD),
  );
  const outcomes = await Promise.allSettled(asked);
  const admitted = outcomes.filter(({ status }) => status === 'fulfilled').length;
  t.true(admitted <= 8, `${admitted}`);
  t.is(admitting.promised, admitted * 88 * MIB);
});

test('nodes on one machine do not promise its memory twice, and tell each other what they have promised', async (t) => {
  const told: number[] = [];
  const admitting = admission({ total: GIB, others: 6 * 88 * MIB, told });
  const release = await admitting.admit(agent('a'), SHAPE, OVERHEAD);
  await admitting.admit(agent('b'), SHAPE, OVERHEAD);
  await t.throwsAsync(admitting.admit(agent('c'), SHAPE, OVERHEAD), {
    code: 'full',
    message: /memory/,
  });
  release();
  await admitting.admit(agent('d'), SHAPE, OVERHEAD);
  const machines = told.map((bytes) => bytes / (88 * MIB));
  t.deepEqual(
    machines.slice(0, 4),
    [1, 2, 3, 2],
    'the one that was refused was promised for a moment',
  );
  t.is(machines.at(-1), 2);
});

test('no machine is made where the host itself has little left', async (t) => {
  const poor = admission({ available: 200 * MIB });
  await t.throwsAsync(poor.admit(agent('a'), SHAPE, OVERHEAD), { code: 'full', message: /memory/ });
  const full = admission({ disk: 500 * MIB });
  await t.throwsAsync(full.admit(agent('a'), SHAPE, OVERHEAD), { code: 'full', message: /disk/ });
});

test('machines of a tenant have no more memory than the tenant may have', async (t) => {
  const admitting = admission({ tenant: 200 * MIB });
  await admitting.admit(agent('a', 'alice'), SHAPE, OVERHEAD);
  await admitting.admit(agent('b', 'alice'), SHAPE, OVERHEAD);
  await t.throwsAsync(admitting.admit(agent('c', 'alice'), SHAPE, OVERHEAD), {
    code: 'quota-exceeded',
    message: /^tenant-memory: /,
  });
  await admitting.admit(agent('d', 'bob'), SHAPE, OVERHEAD);
  t.is(admitting.promised, 3 * 88 * MIB);
});

for (const [what, shape] of [
  ['too little memory', { ...SHAPE, memory: 16 * MIB }],
  ['too much memory', { ...SHAPE, memory: 65 * GIB }],
  ['memory that is no whole MiB', { ...SHAPE, memory: 64 * MIB + 1 }],
  ['no processor', { ...SHAPE, processors: 0 }],
  ['too many processors', { ...SHAPE, processors: 17 }],
  ['no disk', { ...SHAPE, disk: 0 }],
  ['too large a disk', { ...SHAPE, disk: 1025 * GIB }],
] as const)
  test(`a machine of ${what} is refused`, async (t) => {
    const admitting = admission({});
    await t.throwsAsync(admitting.admit(agent('a'), shape, OVERHEAD), {
      code: 'refused',
      message: /: from /,
    });
    t.is(admitting.promised, 0);
  });
