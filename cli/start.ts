// `npm start`: the main job. A cluster of three nodes counts the words of a book, and its result is checked.
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { codeOf, messageOf, UsageError } from './errors.ts';
import { cacheDir } from './folders.ts';
import { report } from './report.ts';

const HELP = `Usage: npm start [-- FILE...]

Starts three worker nodes on this machine, counts the words of Moby-Dick, or of your
own files, with map and reduce vTasks on all three, checks the result, and stops.
`;

enableCompileCache(join(cacheDir(), 'compiled'));
try {
  const files = filesOf(process.argv.slice(2));
  if (files === undefined) process.stdout.write(HELP);
  else await (await import('./main-job/main-job.ts')).mainJob(files);
} catch (error) {
  process.exitCode = report(error);
}

/** @returns undefined where help is asked for @throws {usage} */
function filesOf(args: string[]): readonly string[] | undefined {
  try {
    const options = { help: { type: 'boolean', short: 'h' } } as const;
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    return values.help ? undefined : positionals;
  } catch (error) {
    if (!codeOf(error)?.startsWith('ERR_PARSE_ARGS')) throw error;
    throw new UsageError(`${messageOf(error)}; see 'npm start -- --help'`);
  }
}
