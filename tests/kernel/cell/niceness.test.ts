import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test from 'ava';
import { nicenessOf, setNiceness, startAt } from '#kernel/cell/niceness.ts';
import { systemClock } from '#kernel/system-clock.ts';
import { nicenessOfSession, nicenessOfThreads } from '#tests/support/niceness.ts';

test('each level of niceness stands for a quarter more of the weight, between the ends', (t) => {
  const levels = [1, 13, 50, 64, 80, 100, 125, 156, 305, 1_000].map(nicenessOf);
  t.deepEqual(levels, [19, 19, 13, 12, 11, 10, 9, 8, 5, 5]);
});

/** A shell that starts one more process, in this autogroup or one of their own, and says which. */
async function family(options: { detached: boolean }): Promise<[ChildProcess, number]> {
  const shell = spawn('sh', ['-c', 'sleep 60 & echo $!; wait'], {
    ...options,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface({ input: shell.stdout }), 'line');
  return [shell, Number(line)];
}

if (process.platform === 'linux') {
  test('what a process has started has its niceness too, and what has ended harms nobody', async (t) => {
    const [shell, child] = await family({ detached: false });
    await setNiceness(shell.pid!, 12, systemClock);
    t.deepEqual([shell.pid!, child].flatMap(nicenessOfThreads), [12, 12]);
    process.kill(child);
    await once(shell, 'exit');
    await t.notThrowsAsync(setNiceness(shell.pid!, 13, systemClock));
  });

  test('a process with a session of its own has the niceness among sessions, and this one keeps its own', async (t) => {
    const levelOf = (pid: number | 'self'): string => {
      try {
        return readFileSync(`/proc/${pid}/autogroup`, 'latin1').trim().split(' ').at(-1)!;
      } catch {
        return 'none'; // the system does not divide by sessions
      }
    };
    const before = levelOf('self');
    const [shell, child] = await family({ detached: true });
    await setNiceness(shell.pid!, 14, systemClock);
    await setNiceness(shell.pid!, 15, systemClock); // at once again
    t.is(levelOf(child), before === 'none' ? 'none' : '15');
    t.is(levelOf('self'), before);
    process.kill(child);
    await once(shell, 'exit');
  });

  test('what is started at a level has it with its session, also what it had started by then', async (t) => {
    const [shell, child] = await family({ detached: true });
    await startAt(shell.pid!, 12, systemClock);
    t.deepEqual([shell.pid!, child].flatMap(nicenessOfThreads), [12, 12]);
    t.is(nicenessOfSession(child) ?? 12, 12);
    process.kill(child);
    await once(shell, 'exit');
  });

  test('who may not raise a priority is told so', async (t) => {
    const niceness = fileURLToPath(new URL('../../../kernel/cell/niceness.ts', import.meta.url));
    const script = `import { setNiceness } from ${JSON.stringify(niceness)};
      await setNiceness(process.pid, 15, undefined);
      await setNiceness(process.pid, 10, undefined).catch((error) => console.log(error.info.code));`;
    const isRoot = process.getuid?.() === 0;
    const without = isRoot ? ['setpriv', '--bounding-set=-all', '--inh-caps=-all'] : [];
    const [program, ...args] = [...without, process.execPath, '--input-type=module', '-e', script];
    const { stdout } = await promisify(execFile)(program, args);
    t.is(stdout.trim(), 'EACCES');
  });
}
