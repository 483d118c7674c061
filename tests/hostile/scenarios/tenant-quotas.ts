import { setTimeout as pause } from 'node:timers/promises';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';
import { confine, ticksOf } from '#tests/support/processors.ts';
import { good } from '#tests/support/results.ts';
import type { TenantQuota } from '#posiv-wit/generated/admin.ts';
import { type Attacker, textOf } from '../attacker.ts';
import { posivImage } from '../guests/c-image.ts';
import { coreImage } from '../guests/core-image.ts';
import { ENDED_WITHIN_MS, endedWith, refusedWith } from '../outcomes.ts';
import { type Containment, NotContainedError, type Scenario } from '../scenario.ts';
import { withinShare } from './quotas.ts';

/** One for each limit of a tenant, by its name: each by a tenant of its own, in a cell of its own. */
function byTenant(
  name: string,
  tries: string,
  quota: Partial<TenantQuota>,
  run: (tenant: Attacker, attacker: Attacker) => Promise<Containment>,
): Scenario {
  return {
    name,
    tries,
    withinMs: 20_000,
    run: async (attacker) => run(await attacker.recruit(quota), attacker),
  };
}

const VTASKS = 20;
const LOOSE_MS = 500;
const LOOK_MS = 5;

const vtasks = byTenant(
  'tenant-vtasks',
  `makes vTasks that make vTasks, of ${VTASKS} at a time`,
  { vtasks: VTASKS },
  async (tenant) => {
    const path = await tenant.store(await posivImage('floods'));
    await tenant.start(path, ['spawn', path]);
    let [most, refused] = [0, 0];
    const since = performance.now();
    const elapsed = (): number => performance.now() - since;
    while (elapsed() < LOOSE_MS || (refused === 0 && elapsed() < ENDED_WITHIN_MS)) {
      const { vtasks: live, refusals } = await tenant.tenant();
      most = Math.max(most, live);
      refused = refusals.find(({ limit }) => limit === 'tenant-vtasks')?.count ?? 0;
      await pause(LOOK_MS); // to ask without end would be a flood of its own, of the node's owner
    }
    if (most > VTASKS || refused === 0)
      throw new NotContainedError(`${most} live, and ${refused} were refused`);
    return { ms: 0, reason: `${most} at a time` };
  },
);

const MEMORY = 64 * 2 ** 20;

const memory = byTenant(
  'tenant-memory',
  'makes vTasks of 16 MiB each, of 64 MiB in all',
  { memoryBytes: MEMORY },
  async (tenant) => {
    const image = await coreImage({
      imports: ['receive'],
      memory: '256',
      run: '(call $receive (i32.const -1) (i32.const 1040)) (i32.const 0)',
    });
    const path = await tenant.store(image);
    const since = performance.now();
    for (let made = 0; made < 8; made += 1) {
      const next = await tenant.client.vtask.new(undefined, path, [], DEFAULT_OPTIONS);
      if (!next.ok) {
        const reason = textOf(next.error);
        if (!reason.startsWith('quota-exceeded: tenant-memory'))
          throw new NotContainedError(reason);
        return { ms: performance.now() - since, reason };
      }
      good(await tenant.client.vtask.sched(next.value));
      // What it holds is known from its lane's next report.
      while (good(await tenant.client.vtask.info(next.value)).memoryBytes === 0) await pause(10);
    }
    throw new NotContainedError(`eight were made of it`);
  },
);

const image = byTenant(
  'image-bytes',
  'starts an image larger than its tenant may',
  { imageBytes: 100_000 },
  async (tenant) => {
    const bytes = await coreImage({
      memory: '10',
      fields: `(data (i32.const 4096) "${'x'.repeat(200_000)}")`,
    });
    return refusedWith(tenant, { image: bytes }, /^quota-exceeded: image-bytes/);
  },
);

async function spinning(tenant: Attacker, count: number): Promise<readonly string[]> {
  const path = await tenant.store(await coreImage({ run: '(loop $l (br $l)) (unreachable)' }));
  const vtids: string[] = [];
  for (let at = 0; at < count; at += 1) vtids.push(await tenant.start(path));
  return vtids;
}

const SPUN_MS = 2_000;

const cpuRate = byTenant(
  'tenant-cpu-rate',
  'computes in four vTasks, with a fifth of a core in all',
  { cpuRate: 200 },
  async (tenant) => {
    const since = performance.now();
    const vtids = await spinning(tenant, 4);
    await pause(SPUN_MS);
    const usedMs: number[] = [];
    for (const vtid of vtids) await tenant.kill(vtid);
    const ms = performance.now() - since;
    for (const vtid of vtids) usedMs.push((await tenant.cpuUs(vtid)) / 1_000);
    return withinShare(usedMs, ms, 0.2);
  },
);

const HEARD_MS = 1_500;
// A cell's niceness follows its tenant's weight; the system lets that of a session be changed ten times a second.
const WEIGHED_WITHIN_MS = 4_000;

/** Both on one processor, where whatever else the machine does takes from both alike. */
const cpuWeight = byTenant(
  'tenant-cpu-weight',
  'computes beside another tenant of twenty times its weight',
  { cpuWeight: 13 },
  async (light, attacker) => {
    const heavy = await attacker.recruit({ cpuWeight: 260 });
    const cells: number[] = [];
    for (const tenant of [light, heavy]) {
      await spinning(tenant, 1);
      const [pid] = (await tenant.tenant()).cells;
      await confine(pid!);
      cells.push(pid!);
    }
    const since = performance.now();
    for (;;) {
      const before = cells.map(ticksOf);
      await pause(HEARD_MS);
      const [ofLight = 0, ofHeavy = 0] = cells.map((pid, at) => ticksOf(pid) - before[at]!);
      const seen = `${ofLight} beside ${ofHeavy} hundredths of a second`;
      const ms = performance.now() - since;
      if (ofLight <= ofHeavy / 3) return { ms, reason: seen };
      if (ms > WEIGHED_WITHIN_MS) throw new NotContainedError(`it got ${seen}`);
    }
  },
);

const store = byTenant(
  'store-bytes',
  'stores without end',
  { storeBytes: 1 << 20 },
  async (tenant) =>
    endedWith(
      tenant,
      {
        image: await posivImage('stores'),
        cmd: ['durable'],
        options: { grants: ['posiv:kernel', 'posiv:vstore'] },
      },
      /^exited: 0$/,
    ),
);

export const tenantQuotaScenarios: readonly Scenario[] = [
  vtasks,
  memory,
  image,
  cpuRate,
  cpuWeight,
  store,
];
