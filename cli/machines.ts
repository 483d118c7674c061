// `npm run machines`: virtual machines on a cluster of three nodes, moved, lost and found again.
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { cacheDir } from './folders.ts';
import { report } from './report.ts';

enableCompileCache(join(cacheDir(), 'compiled'));
try {
  await (await import('./machine/main-job.ts')).machinesJob();
} catch (error) {
  process.exitCode = report(error);
}
