import test from 'ava';
import type { Node } from '#posiv-wit/generated/cluster.ts';
import { startVstar, temporaryFolder, vstar } from './vstar-process.ts';

test('a node is drained until it is empty, shows it, and takes vTasks again when that is undone', async (t) => {
  await using folder = await temporaryFolder();
  const node = startVstar(['node', '--data', folder.path, '--name', 'one', '--json']);
  t.teardown(async () => {
    node.child.kill('SIGKILL');
    await node.ended;
  });
  const { socket } = JSON.parse(await node.said(/^\}$/m)) as { socket: string };
  const own = { env: { VSTAR_CONTROL: `unix:${socket}` } };
  const run = ['run', '--detach', '--node', 'one', 'pong'];
  t.is((await vstar(run, own)).status, 0);

  const drained = await vstar(['drain', 'one', '--deadline', '1s', '--json'], own);
  t.is(drained.status, 0, drained.stderr);
  t.deepEqual(JSON.parse(drained.stdout), {
    node: 'one',
    draining: true,
    moved: 0,
    ended: 1,
    bound: 0,
  });
  t.regex(drained.stderr, /^drain: 0 of 1, 1 to end within 1 s$/m);
  const refused = await vstar(run, own);
  t.is(refused.status, 125);
  t.regex(refused.stderr, /is being drained: it takes no new vTasks \[refused\]/);
  const listed = await vstar(['nodes', '--json'], own);
  t.true((JSON.parse(listed.stdout) as Node[])[0]!.draining);
  t.regex((await vstar(['nodes'], own)).stdout, / up \(asked\), draining /);

  const undone = await vstar(['drain', 'one', '--undo'], own);
  t.is(undone.stdout, 'one takes vTasks again\n', undone.stderr);
  t.is((await vstar(run, own)).status, 0);

  const nobody = await vstar(['drain', 'nobody'], own);
  t.is(nobody.status, 5);
  t.regex(nobody.stderr, /there is no node nobody \[refused\]/);
  t.is((await vstar(['drain', 'one', '--undo', '--deadline', '1s'], own)).status, 2);
  t.is((await vstar(['drain', 'one', '--deadline', 'soon'], own)).status, 2);
});
