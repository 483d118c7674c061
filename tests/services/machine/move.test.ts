// Machines that are moved while they run, between drivers with real hypervisors.
import test from 'ava';
import { cacheDir } from '#cli/folders.ts';
import { debianRecipe } from '#cli/machine/template/debian.ts';
import { SETTINGS } from '#cli/machine/template/stored-template.ts';
import { relief } from '#services/machine/guests/balance.ts';
import { MOVED } from '#services/machine/exit-status.ts';
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
  const made = good(await there.calls.migrateIn(TINY, offer));
  t.is(made.state, 'running');
  t.is(made.moved?.from, 'a');
  t.deepEqual(here.ended(), { tag: 'exited', val: MOVED });
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

test('what a machine writes all the while it is moved is whole', async (t) => {
  if (!hasQemu(t)) return;
  t.timeout(300_000);
  const hosts = await Hosts.open(t, 'a', 'b');
  const { kernel, initrd } = await debianRecipe(cacheDir(), {
    signal: new AbortController().signal,
    onStep: () => {},
  });
  hosts.keep('linux', kernel);
  hosts.keep('files', initrd);
  const none = { image: undefined, userData: undefined };
  const template = { kernel: 'linux', initrd: 'files', ...none, ...SETTINGS };
  const spec = { ...TINY, template, shape: { ...TINY.shape, memory: 64 << 20 } };
  let at = hosts.machine('a', 'agent-0');
  good(await at.calls.create(spec));
  // The second file is written over and over with what is in it already, by one process after the other.
  await at.type(
    'cd /tmp; dd if=/dev/urandom of=a bs=64k count=64; cp a b; ' +
      "while :; do dd if=a of=b bs=64k conv=notrunc 2>/dev/null; done & echo rea''dy\n",
  );
  await at.hasSaid('ready');
  let said = '';
  for (let moves = 1; moves <= 4; moves += 1) {
    const next = hosts.machine(moves % 2 === 0 ? 'a' : 'b', `agent-${moves}`);
    good(await next.calls.migrateIn(spec, good(await at.calls.migrateOut())));
    said += at.said();
    at = next;
  }
  await at.type("cmp a b && echo al''ike\n");
  await at.hasSaid('alike');
  t.notRegex(said + at.said(), /BUG|Oops|corruption|segfault/);
  at.agentEnded();
});

test('a node that is overloaded is so no more when the machine that had better go has been moved', async (t) => {
  if (!hasQemu(t)) return;
  t.timeout(120_000);
  const hosts = await Hosts.open(t, 'a', 'b');
  const { memory } = TINY.shape;
  // Room for two on the one, and for many on the other.
  const [held, small] = [hosts.machine('a', 'agent-1'), hosts.machine('a', 'agent-2')];
  const spec = { ...TINY, shape: { ...TINY.shape, memory: 2 * memory } };
  good(await held.calls.create(spec));
  good(await small.calls.create(TINY));
  const { memoryUsed } = await hosts.driver('a').report();
  hosts.memory.set('a', (memoryUsed / 0.75) * 1.05);
  await small.type('c');
  await small.hasSaid('0001');
  const better = async () => {
    const reports = ['a', 'b'].map(async (node) => {
      return { node, ...(await hosts.driver(node).report()) };
    });
    const movable = [
      { name: 'held', node: 'a', memory: spec.shape.memory },
      { name: 'small', node: 'a', memory },
    ];
    return relief(await Promise.all(reports), movable, () => ['b']);
  };
  const found = await better();
  t.deepEqual([found?.machine.name, found?.node], ['small', 'b']);

  const there = hosts.machine('b', 'agent-3');
  good(await there.calls.migrateIn(TINY, good(await small.calls.migrateOut())));
  await there.hasSaid('\n');
  await hosts.driver('a').settled();
  t.is(await better(), undefined);
  t.like(await hosts.driver('b').report(), { machines: 1 });
  for (const each of [held, there]) each.agentEnded();
});
