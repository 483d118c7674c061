import { readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { endWithLauncher } from '#node/launcher.ts';
import { EXIT } from './exit-status.ts';
import { vstarProgram } from './program.ts';
import { report } from './report.ts';

endWithLauncher();
// Whoever read our output has gone, as `head` does: there is nobody to tell.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(128 + 13);
});

const manifest = new URL('../package.json', import.meta.url);
const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };

// What still holds the process after its work is done is a defect, but no reason to keep a user waiting.
const LINGER_MS = 1_000;

try {
  await vstarProgram(version).parseAsync();
} catch (error) {
  process.exitCode = error instanceof CommanderError ? commanderStatus(error) : report(error);
}
setTimeout(() => process.exit(), LINGER_MS).unref();

/** Help and version are thrown too; help that nobody asked for means that a command is missing. */
function commanderStatus(error: CommanderError): number {
  return error.exitCode === 0 ? 0 : EXIT.usage;
}
