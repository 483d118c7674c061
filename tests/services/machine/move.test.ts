// Machines that are moved while they run, between drivers with real hypervisors.
import test from 'ava';
import { bad, good } from '#tests/support/results.ts';
import { hasQemu } from '#tests/support/with-qemu.ts';
import { Hosts, TINY } from './support/hosts.ts';

test('a machine that counts goes on on another node, and no number is lost or said twice', async (t) => {
  if (!hasQemu(t)) return;
  t.timeout(120_000);
  const hosts = await Hosts.open(t, 'a', 'b');
  const [here, there] = [hosts.machine('a', 'agent-1'), hosts.machine('b', 'agent-2')];
  good(await here.calls.create(TINY));
  await here.type('wQc');
  await here.hasSaid('0004');
  const offer = good(await here.calls.migrateOut());
  const stats = good(await there.calls.migrateIn(TINY, offer));
  t.is(stats.state, 'running');
  t.is(stats.moved?.from, 'a');
  t.deepEqual(here.ended(), { tag: 'exited', val: 0 });
  t.is(bad(await here.calls.stats()), 'no-machine');
  await hosts.isEmpty('a');

  const next = Number.parseInt(here.said().trim().split('\n').at(-1)!, 16) + 5;
  await there.hasSaid(next.toString(16).padStart(4, '0'));
  const lines = (here.said().split('W')[1]! + there.said()).trim().split('\n').slice(0, -1);
  t.deepEqual(
    lines.map((line) => Number.parseInt(line, 16)),
    lines.map((_, at) => at),
  );
  await there.type('sr');
  await there.hasSaid('Q');
  there.agentEnded();
});
