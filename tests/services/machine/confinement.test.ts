// What a program finds within the walls of hypervisors, as it says itself.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { ConfinedProcess } from '#services/machine/confined-process.ts';
import { findConfinement, type Reach } from '#services/machine/qemu/confinement.ts';

const MIB = 1 << 20;

/** What a script writes to stderr within all walls that stand here. */
async function said(
  t: ExecutionContext,
  script: string,
  more: Partial<Reach> = {},
): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'vstar-test-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const { wrap } = await findConfinement(process.env['PATH'] ?? '');
  const reach = { folder, reads: [], writes: [], fileBytes: MIB, kvm: false, ...more };
  const words = wrap(['/bin/sh', '-c', `{ ${script}; } >&2`], reach);
  const started = new ConfinedProcess({ name: 'it', words, folder, pipes: 1 });
  started.pipes[0]!.resume();
  const { said: text } = await started.ended;
  return text.split('\n');
}

test('files, open files, core dumps and time are limited, and cannot be had back', async (t) => {
  const lines = await said(t, 'cat /proc/self/limits', { fileBytes: 3 * MIB + 1, cpuSeconds: 7 });
  const limit = (name: string): readonly (string | undefined)[] => {
    const line = lines.find((each) => each.startsWith(name))!;
    return line.slice(name.length).trim().split(/\s+/).slice(0, 2);
  };
  const blocks = `${3 * MIB + 512}`; // as a shell counts them
  t.deepEqual(limit('Max file size'), [blocks, blocks]);
  t.deepEqual(limit('Max open files'), ['64', '64']);
  t.deepEqual(limit('Max core file size'), ['0', '0']);
  t.deepEqual(limit('Max cpu time'), ['7', '7']);
});

test('where a limit cannot be set nothing is started', async (t) => {
  const lines = await said(t, 'echo started', { cpuSeconds: Number.NaN });
  t.false(lines.includes('started'), lines.join());
});

test('of the devices of its node it has those that nothing can be done with', async (t) => {
  if ((await findConfinement(process.env['PATH'] ?? '')).off.has('bwrap'))
    return (t.log('not run: apt install bubblewrap'), t.pass());
  t.deepEqual(await said(t, 'ls /dev'), ['null', 'urandom']);
});

test('where the system divides by sessions, it has as much of the processors as a cell', async (t) => {
  // It may be looked at before it has been lowered.
  const look =
    "n=0; until grep -q 'nice 10' /proc/self/autogroup || [ $n -eq 99 ]; do n=$((n + 1)); sleep .02; done";
  const [level] = await said(
    t,
    `[ -e /proc/self/autogroup ] || echo none; ${look}; cat /proc/self/autogroup`,
  );
  if (level === 'none') return (t.log('not run: this system does not'), t.pass());
  t.regex(level!, / nice 10$/);
});
