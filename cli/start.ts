// `npm start`: the main job. A cluster of three nodes counts the words of a book, and its result is checked.
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { codeOf, messageOf, UsageError } from './errors.ts';
import { cacheDir } from './folders.ts';
import type { MainJobInit } from './main-job/main-job.ts';
import { report } from './report.ts';

const HELP = `Usage: npm start [-- [--chaos] FILE...]

Starts three worker nodes on this machine, counts the words of Moby-Dick, or of your
own files, with map and reduce vTasks on all three, checks the result, and stops.

  --chaos  of five nodes, kills the one that all others joined by in the middle of
           the job, and then another one
`;

enableCompileCache(join(cacheDir(), 'compiled'));
try {
  const wish = wishOf(process.argv.slice(2));
  if (wish === undefined) process.stdout.write(HELP);
  else await (await import('./main-job/main-job.ts')).mainJob(wish);
} catch (error) {
  process.exitCode = report(error);
}

/** @returns undefined where help is asked for @throws {usage} */
function wishOf(args: string[]): MainJobInit | undefined {
  try {
    const options = {
      help: { type: 'boolean', short: 'h' },
      chaos: { type: 'boolean', default: false },
    } as const;
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    return values.help ? undefined : { files: positionals, chaos: values.chaos };
  } catch (error) {
    if (!codeOf(error)?.startsWith('ERR_PARSE_ARGS')) throw error;
    throw new UsageError(`${messageOf(error)}; see 'npm start -- --help'`);
  }
}
