import test from 'ava';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';
import { ok } from '#posiv-wit/result.ts';
import { KernelCluster, posivOf, type Program } from '#tests/support/kernel-cluster.ts';
import { good } from '#tests/support/results.ts';

const waits: Program = {
  async run({ ipc }) {
    await ipc.receive(0xffff_ffff);
    return ok(0);
  },
};

test('every mark of a lane is sent back once, and to no program outside', async (t) => {
  const { first: kernel } = new KernelCluster(1, { '/waits': waits }, 2);
  const posiv = posivOf(kernel.sessions.open('default', ['posiv:kernel']).host);
  const vtid = good(await posiv.vtask.new(undefined, '/waits', [], DEFAULT_OPTIONS));
  const { lane } = kernel.table.get(vtid)!;
  for (const val of [1, 2]) kernel.laneFrames.receive(lane, { tag: 'mark', val });
  t.is(kernel.hops.out('lane').get('mark')?.frames, 2);
  t.is(kernel.hops.out('session').get('mark'), undefined);
});
