import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { ownCgroup } from '#kernel/cgroup/own-cgroup.ts';
import type { PosivClient } from '#node/control/client.ts';
import { DEFAULT_TENANT_QUOTA } from '#posiv-wit/quota.ts';
import { coreImage } from '#tests/hostile/guests/core-image.ts';
import { nicenessOfThreads } from '#tests/support/niceness.ts';
import { confine, familyOf, ticksOf } from '#tests/support/processors.ts';
import { RealCluster, upload } from '#tests/support/real-cluster.ts';
import { good } from '#tests/support/results.ts';

const LANES = 2;
const TICKS = 200; // a window: where others compute, it takes longer

/** A session of a new tenant whose vTasks compute on every lane of it. */
async function spinningTenant(
  cluster: RealCluster,
  owner: PosivClient,
  name: string,
  cpuWeight: number,
): Promise<PosivClient> {
  const quota = { ...DEFAULT_TENANT_QUOTA, cpuWeight };
  const token = good(await owner.tenants.add(name, quota));
  const client = await cluster.connect(0, { token });
  await upload(client, '/spins', await coreImage({ run: '(loop $l (br $l)) (unreachable)' }));
  for (let lane = 0; lane < LANES; lane += 1) {
    const vtid = good(await client.vtask.new(undefined, '/spins', [], undefined));
    good(await client.vtask.sched(vtid));
  }
  return client;
}

if (process.platform === 'linux')
  test('a tenant with a small weight gets its part of the processors alone, however it tries, and a change holds at once', async (t) => {
    await using cluster = await RealCluster.start(1, { lanes: LANES });
    const owner = await cluster.connect();
    const clients = [
      await spinningTenant(cluster, owner, 'light', 20),
      await spinningTenant(cluster, owner, 'usual', 100),
    ];
    const cellOf = async (name: string): Promise<number> => {
      const tenant = (await owner.tenants.list()).find((each) => each.name === name);
      return tenant!.cells[0]!;
    };
    const light = await cellOf('light');
    const usual = await cellOf('usual');
    const waitFor = (ms: number) => owner.ipc.receive(ms); // nobody sends us anything
    /** By its cgroup where that is how it is divided, else by its niceness. */
    const has = async (pid: number, weight: number, niceness: number): Promise<boolean> => {
      const { folder } = await ownCgroup(`/proc/${pid}`);
      const file = 'path' in folder ? join(folder.path, '../cpu.weight') : '';
      const own = await readFile(file, 'latin1').catch(() => undefined);
      if (own !== undefined) return Number(own) === weight;
      return familyOf(pid)
        .flatMap(nicenessOfThreads)
        .every((each) => each === niceness);
    };
    const becomes = async (pid: number, weight: number, niceness: number): Promise<void> => {
      while (!(await has(pid, weight, niceness))) await waitFor(50);
    };
    /** How many times the time of the light tenant the usual one has, while both have two seconds or more. */
    const nextRatio = async (): Promise<number> => {
      const before = [light, usual].map(ticksOf);
      for (;;) {
        await waitFor(500);
        const [ofLight = 0, ofUsual = 0] = [light, usual].map(
          (pid, at) => ticksOf(pid) - before[at]!,
        );
        if (ofLight + ofUsual >= TICKS) return ofUsual / ofLight;
      }
    };

    /** The first ratio between the two, of ten; the last if none is. Others disturb a window now and then, not all. */
    const ratioWithin = async (least: number, most: number): Promise<number> => {
      let ratio = 0;
      for (let window = 0; window < 10 && !(ratio > least && ratio < most); window += 1)
        ratio = await nextRatio();
      return ratio;
    };

    await becomes(light, 20, 17);
    await becomes(usual, 100, 10);
    for (const pid of [light, usual]) await confine(pid);
    // Five to one.
    const first = await ratioWithin(3, 10);
    t.true(first > 3 && first < 10, `${first}`);
    good(await owner.tenants.set('usual', { ...DEFAULT_TENANT_QUOTA, cpuWeight: 13 }));
    await becomes(usual, 13, 19);
    // Two to three.
    const then = await ratioWithin(0.4, 1);
    t.true(then > 0.4 && then < 1, `${then}`);
    for (const client of [owner, ...clients]) await client.close();
  });
