// Real machines on three real nodes, and the networks between them.
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import type { MachineInfo } from '#cli/machine/master.ts';
import { freePorts } from '#tests/support/free-ports.ts';
import { hasQemu } from '#tests/support/with-qemu.ts';
import { MachineCalls } from './machine-calls.ts';
import { sharedCluster } from './shared-cluster.ts';

const cluster = sharedCluster(test);
const machines = new MachineCalls(cluster);

type Environment = Readonly<Record<string, string>>;
async function list(t: ExecutionContext, env: Environment = {}): Promise<MachineInfo[]> {
  return JSON.parse((await machines.vstar(t, ['ls', '--json'], env)).stdout) as MachineInfo[];
}

/** The cards of a copy are given to it as it begins to run. */
async function hasAddress(name: string, tenant?: string): Promise<void> {
  await machines.say(name, 'until ip route | grep -q eth0; do sleep .1; done', { tenant });
}

test.serial(
  'machines of a link reach each other over nodes, and go on to when one has moved',
  async (t) => {
    if (!hasQemu(t)) return;
    t.timeout(400_000);
    await machines.vstar(t, ['template', 'build']);
    await machines.vstar(t, ['create', 'l', '--count', '2', '--network', 'link:lan']);
    const [one, two] = await list(t);
    const [first, second] = [one!, two!].map(({ networks }) => networks[0]!.address);
    t.is(one?.networks[0]?.network, 'link:lan');
    t.regex(`${first} ${second}`, /^(10\.\d+\.0\.)1 \1(?:2)$/);
    const other = cluster().nodes.find(({ id }) => id !== one?.node)!;
    for (const { name } of await list(t)) await hasAddress(name);
    t.regex(await machines.say('l-1', `ping -c 2 -W 10 ${second}`), /2 packets received/);
    await machines.vstar(t, ['migrate', 'l-2', '--node', other.name]);
    t.regex(await machines.say('l-1', `ping -c 2 -W 10 ${second}`), /2 packets received/);
    t.regex(await machines.say('l-2', `ping -c 2 -W 10 ${first}`), /2 packets received/);
    const { stdout } = await machines.vstar(t, ['info', 'l-1']);
    t.regex(stdout, /^link:lan +10\.\d+\.0\.1$/m);
    t.regex(stdout, /^received +[\d.]+ (B|KiB)$/m);
  },
);

test.serial('a link of the same name is another for another tenant', async (t) => {
  if (!hasQemu(t)) return;
  t.timeout(400_000);
  const added = await cluster().vstar(['tenant', 'add', 'eve', '--memory', '1G']);
  t.is(added.status, 0, added.stderr);
  const eve = { VSTAR_TENANT: 'eve' };
  await machines.vstar(t, ['template', 'build'], eve);
  await machines.vstar(t, ['create', 'e', '--network', 'link:lan'], eve);
  const [{ networks } = { networks: [] }] = await list(t, eve);
  t.is(networks[0]?.address, (await list(t))[0]?.networks[0]?.address);
  const second = (await list(t))[1]!.networks[0]!.address;
  await hasAddress('e', 'eve');
  t.regex(
    await machines.say('e', `ping -c 2 -W 2 ${second}`, { tenant: 'eve' }),
    / 0 packets received/,
  );
  const refused = await cluster().vstar(['machine', 'create', 'u', '--network', 'user'], {
    env: eve,
  });
  t.is(refused.status, 1);
  t.regex(refused.stderr, /a network with the node is for the machines of its owner/);
  await machines.vstar(t, ['rm', 'e', 'u'], eve);
});

test.serial('a forwarded port answers from the machine, which itself reaches nobody', async (t) => {
  if (!hasQemu(t)) return;
  t.timeout(300_000);
  const [port = 0] = await freePorts(1);
  const words = ['--network', 'user', '--forward', `${port}:80`];
  await machines.vstar(t, ['create', 'site', ...words]);
  const listens = 'until netstat -ltn | grep -q ":80 "; do true; done';
  await machines.say('site', `(echo from-the-machine | nc -l -p 80) >/dev/null 2>&1 & ${listens}`);
  const socket = connect(port, '127.0.0.1');
  let said = '';
  for await (const bytes of socket) {
    said += String(bytes);
    if (said.includes('\n')) break;
  }
  t.is(said, 'from-the-machine\n');
  const server = createServer((each) => each.end('reached\n')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const out = (server.address() as AddressInfo).port;
  t.notRegex(await machines.say('site', `nc -w 3 10.0.2.2 ${out} </dev/null`), /^reached/m);

  const again = await cluster().vstar(['machine', 'create', 'twice', ...words]);
  t.is(again.status, 1, again.stderr);
  t.regex(again.stderr, new RegExp(`full: the node cannot listen at 127.0.0.1:${port}`));
  await machines.vstar(t, ['rm', 'twice', 'site']);
  await machines.vstar(t, ['create', 'outward', '--network', 'user', '--outward']);
  await hasAddress('outward');
  t.regex(await machines.say('outward', `nc -w 10 10.0.2.2 ${out} </dev/null`), /^reached/m);
  await machines.vstar(t, ['rm', 'outward', 'l-1', 'l-2']);
});
