import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import test from 'ava';
import { cpuSeconds } from '../../../bench/process/usage.ts';

// It computes in a process that it has started, says so, and lives until its input ends.
const BUSY =
  'exec 3<&0; (i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; echo; read x <&3) & wait';

test('what a child has taken counts with its parent, unless it is passed over', async (t) => {
  const parent = spawn('sh', ['-c', BUSY], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(parent, 'exit');
  await once(parent.stdout, 'data');
  const pid = parent.pid!;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim();
  const all = cpuSeconds([pid]);
  t.true(all > cpuSeconds([pid], (each) => each === Number(children)));
  t.true(cpuSeconds([pid], () => false) >= all);
  parent.stdin.end();
  await exited;
});
