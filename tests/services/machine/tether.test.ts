// What machines are run by ends with its node whenever that is killed, and when it is killed itself.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { findTool } from '#kernel/cell/find-tool.ts';
import { ConfinedProcess } from '#services/machine/confined-process.ts';
import { findConfinement } from '#services/machine/qemu/confinement.ts';
import { eventually } from '#tests/integration/eventually.ts';
import { processesIn } from './kills/processes.ts';

const STARTER = fileURLToPath(new URL('support/dying-starter.ts', import.meta.url));
const PATH = process.env['PATH'] ?? '';
/** From before the first wrapper has begun until all run. */
const MOMENTS_MS = [0, 1, 2, 4, 6, 8, 11, 15, 20, 30];

let folder: string;
/** By what walls stand there. */
const paths = new Map([['all walls', PATH]]);

test.before('there is a machine without bubblewrap', async () => {
  folder = await mkdtemp(join(tmpdir(), 'vstar-test-'));
  const tools = join(folder, 'tools');
  await mkdir(tools);
  for (const tool of ['sh', 'setpriv'])
    await symlink((await findTool(tool, PATH))!, join(tools, tool));
  paths.set('no bubblewrap', tools);
});

test.after.always('it goes', async () => {
  await rm(folder, { recursive: true, force: true });
});

for (const walls of ['all walls', 'no bubblewrap']) {
  test(`behind ${walls} nothing is left of what a node was starting when it was killed`, async (t) => {
    const work = await mkdtemp(join(folder, 'work-'));
    for (const afterMs of MOMENTS_MS) {
      const words = [STARTER, work, paths.get(walls)!, `${afterMs}`];
      const starter = spawn(process.execPath, words, { stdio: 'ignore' });
      const [, signal] = (await once(starter, 'exit')) as [number, string];
      t.is(signal, 'SIGKILL');
      await eventually(
        `nothing is left of one that was killed after ${afterMs} ms`,
        () => processesIn(work).length === 0,
      );
    }
  });

  test(`behind ${walls} what is killed while it starts has ended, whatever it had come to`, async (t) => {
    const work = await mkdtemp(join(folder, 'work-'));
    const { wrap } = await findConfinement(paths.get(walls)!);
    const reach = { folder: work, reads: [], writes: [], fileBytes: 1 << 20, kvm: false };
    await Promise.all(
      MOMENTS_MS.map(async (afterMs) => {
        const words = wrap(['/bin/sleep', '1000'], reach);
        const started = new ConfinedProcess({ name: 'it', words, folder: work, pipes: 1 });
        started.pipes[0]!.resume();
        await setTimeout(afterMs); // how far it has come then is what is tried out
        await started.kill();
      }),
    );
    await eventually('nothing is left', () => processesIn(work).length === 0);
    t.pass();
  });

  test(`behind ${walls} what ends by itself is told with how`, async (t) => {
    const work = await mkdtemp(join(folder, 'work-'));
    const { wrap } = await findConfinement(paths.get(walls)!);
    const reach = { folder: work, reads: [], writes: [], fileBytes: 1 << 20, kvm: false };
    const words = wrap(['/bin/sh', '-c', 'echo so >&2; exit 3'], reach);
    const started = new ConfinedProcess({ name: 'it', words, folder: work, pipes: 1 });
    started.pipes[0]!.resume();
    const { status, said } = await started.ended;
    t.deepEqual({ status, said }, { status: 3, said: 'so' });
  });
}
