import { spawn } from 'node:child_process';
import { once } from 'node:events';
import test from 'ava';
import { killGroup } from '#kernel/cell/kill-group.ts';

test('what a process has started ends with it, though it waits for what will never come', async (t) => {
  const script = 'sleep 1000 & echo $!; wait';
  const child = spawn('sh', ['-c', script], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  const below = Number(said.toString());
  t.true(below > 0);
  const closed = once(child, 'close'); // when nobody holds its output any more: the one below does
  killGroup(child);
  const [, signal] = (await closed) as [number | null, string];
  t.is(signal, 'SIGKILL');
  killGroup(child); // nobody is left
});

test('one that was never started is nobody to kill', async (t) => {
  const child = spawn('/no/such/program', { detached: true });
  await once(child, 'error');
  t.notThrows(() => killGroup(child));
});
