import test from 'ava';
import { ok } from '#posiv-wit/result.ts';
import { KernelCluster, posivOf, type Program } from '#tests/support/kernel-cluster.ts';
import { settled } from '#tests/support/manual-clock.ts';
import { good } from '#tests/support/results.ts';

/** Asks its node for something after a second. */
const late: Program = {
  async run({ ipc, vtask }) {
    await ipc.receive(1_000);
    await vtask.new(undefined, '/late', [], undefined);
    return ok(0);
  },
  handlers: () => ({}),
};

test('what a vTask asks for as it is killed has no effect, and is answered: its lane keeps what it ran in until then', async (t) => {
  const cluster = new KernelCluster(1, { '/late': late }, 1);
  const { hops, sessions, table } = cluster.first;
  const posiv = posivOf(sessions.open('default', ['posiv:kernel']).host);
  const vtid = good(await posiv.vtask.new(undefined, '/late', [], undefined));
  good(await posiv.vtask.sched(vtid));
  await settled();
  const hear = cluster.holdUp();
  const killed = posiv.vtask.kill(vtid);
  await settled();
  await cluster.clock.advance(1_000);
  hear();
  good(await killed);
  await settled();
  t.is(hops.in('lane').get('call')?.frames, 1);
  t.is(hops.out('lane').get('returned')?.frames, 1);
  t.is(table.heldBy('default').vtasks, 0);
});
