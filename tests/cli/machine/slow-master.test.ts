// What becomes of a question to a master of machines that is slow, on a real node.
import test from 'ava';
import { MachineMaster } from '#cli/machine/master.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';
import { eventually } from '#tests/cli/vstar-process.ts';
import { countedAsks } from '#tests/support/counted-asks.ts';
import { RealCluster, upload } from '#tests/support/real-cluster.ts';
import { good } from '#tests/support/results.ts';
import { tsGuest } from '#tests/wasm-abi/guests.ts';

const WITHIN_MS = 2_000;

for (const answers of ['late', 'never'])
  test(`a master that ${answers === 'late' ? 'is at work is waited for' : 'does nothing and says nothing is not waited for'}`, async (t) => {
    t.timeout(180_000);
    await using cluster = await RealCluster.start(1);
    const client = await cluster.connect();
    await upload(client, '/images/slow-master', await tsGuest('slow_master'));
    const vtid = good(
      await client.vtask.new('machine-master', '/images/slow-master', [answers], DEFAULT_OPTIONS),
    );
    good(await client.vtask.sched(vtid));
    await eventually(async () => good(await client.vtask.info(vtid)).cpuUs > 0); // its image has been prepared
    const counted = countedAsks(client);
    const master = await MachineMaster.of(counted.client, AbortSignal.timeout(60_000), () => {});
    const listed = master.list({ withinMs: WITHIN_MS });
    if (answers === 'late') t.deepEqual(await listed, []);
    else {
      await t.throwsAsync(listed, { code: 'timeout' });
      counted.asked.length = 0; // it may have been starting still, which is work
      await t.throwsAsync(master.list({ withinMs: WITHIN_MS }), { code: 'timeout' });
      t.deepEqual(counted.asked, ['list']);
    }
    await client.close();
  });
