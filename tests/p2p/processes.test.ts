import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import test from 'ava';
import { startNode } from './support/real-node.ts';

interface Other extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly self: string;
}

async function startOther(bootstrap: string): Promise<Other> {
  const child = fork(new URL('./support/peer-process.ts', import.meta.url), [bootstrap]);
  const [{ self }] = (await once(child, 'message')) as [{ self: string }];
  return {
    child,
    self,
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

test('a process that is killed is down at once, and unreachable', async (t) => {
  await using node = await startNode({ silentAfterMs: 60_000 });
  await using other = await startOther(node.address);
  await node.sees(1);
  other.child.kill('SIGKILL');
  await node.sees(0); // long before the silence would tell
  t.deepEqual(node.events.changes(other.self), ['up', 'down']);
  await node.events.until(() => node.events.opinions(other.self).includes('unreachable'));
  t.deepEqual(node.events.opinions(other.self), ['joined', 'suspect', 'unreachable']);
});

test('a process that leaves before it ends has left', async (t) => {
  await using node = await startNode();
  await using other = await startOther(node.address);
  await node.sees(1);
  other.child.send('leave');
  await node.sees(0);
  t.deepEqual(node.events.opinions(other.self), ['joined', 'left']);
});

test('a process that is stopped is unreachable, and up again when it goes on', async (t) => {
  await using node = await startNode();
  await using other = await startOther(node.address);
  await node.sees(1);
  other.child.kill('SIGSTOP');
  await node.sees(0);
  t.true(node.logger.codes().includes('peer-unreachable'));
  other.child.kill('SIGCONT');
  await node.sees(1);
  t.deepEqual(node.events.changes(other.self), ['up', 'down', 'up']);
  await node.events.until(() => node.events.opinions(other.self).at(-1) === 'alive');
  t.deepEqual(node.events.opinions(other.self), ['joined', 'suspect', 'unreachable', 'alive']);
});

test('frames go to another process and come back in order', async (t) => {
  await using node = await startNode();
  await using other = await startOther(node.address);
  await node.sees(1);
  for (let at = 0; at < 1_000; at++)
    t.true(node.network.send(other.self, Uint8Array.of(at, at >> 8)));
  await node.events.until(() => node.events.frames().length === 1_000);
  t.deepEqual(
    node.events.frames().map(([low = 0, high = 0]) => low + high * 256),
    Array.from({ length: 1_000 }, (_, at) => at),
  );
});
