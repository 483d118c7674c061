import { spawnSync } from 'node:child_process';
import test from 'ava';
import { command } from './command.ts';
import { takeAwayLeft, whyNoNetns } from './network.ts';

test('namespaces of processes that were broken off are taken away, and no others', async (t) => {
  const why = await whyNoNetns();
  if (why !== undefined) {
    console.log(`not run: ${why}`);
    t.pass();
    return;
  }
  const { pid } = spawnSync('true');
  const left = [`vstar-${pid}-m0`, `vstar-nat-${pid}-r1`];
  const used = `vstar-${process.pid}-of-a-test`;
  for (const name of [...left, used]) await command('ip', 'netns', 'add', name);
  try {
    await takeAwayLeft();
    const all = await command('ip', 'netns', 'list');
    t.false(left.some((name) => all.includes(name)));
    t.true(all.includes(used));
  } finally {
    await command('ip', 'netns', 'del', used);
  }
});
