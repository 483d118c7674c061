// The console of a real machine on a terminal, which script(1) makes.
import test from 'ava';
import { connectControl } from '#node/control/client.ts';
import { storeTinyTemplate } from '#tests/support/tiny-template.ts';
import { hasQemu } from '#tests/support/with-qemu.ts';
import { MachineCalls } from './machine-calls.ts';
import { sharedCluster } from './shared-cluster.ts';
import { startVstar, type Vstar } from './vstar-process.ts';

const CTRL_RIGHT_BRACKET = '\u001D';

const cluster = sharedCluster(test);
const machines = new MachineCalls(cluster);

function consoleOn(name: string): Vstar {
  const env = cluster().environment;
  const words = ['--quiet', '--return', '--command', `vstar machine console ${name}`, '/dev/null'];
  return startVstar(words, { input: '', holdsInput: true, env }, 'script');
}

test.serial('a console on a terminal is let go of by Ctrl-]', async (t) => {
  if (!hasQemu(t)) return;
  t.timeout(120_000);
  const client = await connectControl({ socket: cluster().nodes[0]!.socket });
  await storeTinyTemplate(client);
  await client.close();
  const shape = ['--template', 'tiny', '--memory', '32M', '--disk', '64M'];
  await machines.vstar(t, ['create', 'm', ...shape]);
  const console = consoleOn('m');
  await console.said('Ctrl-] lets go of it');
  console.child.stdin!.write('wK');
  await console.said('W');
  console.child.stdin!.write(CTRL_RIGHT_BRACKET);
  const { status, stdout } = await console.ended;
  t.is(status, 0, stdout);
});

test.serial('it is let go of at once while the node of the machine does not answer', async (t) => {
  if (!hasQemu(t)) return;
  t.timeout(120_000);
  // Neither the one that is talked to, nor that of the master.
  const masterAt = await machines.withMaster((master) => master.node());
  const node = cluster().nodes.find(({ id, name }) => id !== masterAt && name !== 'node-1')!;
  if ((await machines.machine('m'))?.node !== node.id)
    await machines.vstar(t, ['migrate', 'm', '--node', node.name]);
  const console = consoleOn('m');
  await console.said('Ctrl-] lets go of it');
  process.kill(node.pid, 'SIGSTOP');
  try {
    console.child.stdin!.write('w');
    console.child.stdin!.write(CTRL_RIGHT_BRACKET);
    const { status, stdout } = await console.ended;
    t.is(status, 0, stdout);
    // Who waits for what was typed lets go only once the node is lost and the machine is elsewhere.
    t.notRegex(stdout, /goes on on/);
  } finally {
    process.kill(node.pid, 'SIGCONT');
  }
});
