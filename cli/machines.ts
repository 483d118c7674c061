// `npm run machines`: virtual machines on a cluster of three nodes, moved, lost and found again.
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { UsageError } from './errors.ts';
import { cacheDir } from './folders.ts';
import { report } from './report.ts';

const HELP = `Usage: npm run machines

Starts three worker nodes on this machine and makes twenty virtual machines on them by
QEMU, suspends one and resumes it on another node, moves one while it counts, kills a
node and waits for its machines to come back, and stops everything. Where QEMU is
missing it says what to install, and shows one machine in JavaScript.
`;

enableCompileCache(join(cacheDir(), 'compiled'));
try {
  const [first] = process.argv.slice(2);
  if (first === '--help' || first === '-h') process.stdout.write(HELP);
  else if (first !== undefined)
    throw new UsageError(`it takes no ${first}; see 'npm run machines -- --help'`);
  else await (await import('./machine/main-job.ts')).machinesJob();
} catch (error) {
  process.exitCode = report(error);
}
