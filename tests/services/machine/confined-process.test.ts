import { kill } from 'node:process';
import test from 'ava';
import { openGroups } from '#kernel/cgroup/node-groups.ts';
import { ConfinedProcess } from '#services/machine/confined-process.ts';
import { lives, PATH, REAL, REASONS } from '#tests/kernel/cgroup/support.ts';

test('in a cgroup nothing that a process of a machine has started outlives it, though it holds nothing of it', async (t) => {
  await using opened = await openGroups(REAL, { path: PATH });
  const group = await opened.groups?.machine('alice', {});
  const script =
    'setsid sh -c "exec 3>&- 2>&-; exec sleep 1000" & sleep 1000 3>&- & echo $! >&3; read -r _ <&3';
  const process = new ConfinedProcess({
    name: 'it',
    words: ['/bin/sh', '-c', script],
    folder: '/',
    pipes: 1,
    group,
  });
  const [pipe] = process.pipes;
  const said = await new Promise<Buffer>((resolve) => pipe!.once('data', resolve));
  const below = Number(said.toString());
  t.true(await lives(below));
  pipe!.write('\n'); // it ends by itself: nobody kills its group
  const { status } = await process.ended;
  t.is(status, 0);
  pipe!.destroy();
  t.is(await lives(below), group === undefined);
  if (group !== undefined) return;
  kill(below, 'SIGKILL');
  t.regex(opened.layers[0]!.why!, REASONS);
});
