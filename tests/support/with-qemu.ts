import { execFileSync } from 'node:child_process';
import type { ExecutionContext } from 'ava';

/** Whether virtual machines can be run here; says so where they cannot. */
export function hasQemu(t: ExecutionContext): boolean {
  for (const [program, name] of [
    ['qemu-system-x86_64', 'qemu-system-x86'],
    ['qemu-img', 'qemu-utils'],
  ] as const)
    try {
      execFileSync(program, ['--version'], { stdio: 'ignore' });
    } catch {
      t.log(`not run: install ${name}`);
      t.pass();
      return false;
    }
  return true;
}
