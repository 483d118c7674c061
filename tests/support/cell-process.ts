import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { CellProcess, type CellBelongings } from '#kernel/cell/cell-process.ts';
import { cellCode } from '#kernel/cell/code.ts';
import { cellCommand } from '#kernel/cell/command.ts';
import type { CellCommand } from '#kernel/cell/cell-process.ts';
import type { Clock } from '#kernel/clock.ts';
import { systemClock } from '#kernel/system-clock.ts';
import { processSettings } from '#node/process-settings.ts';
import { CACHE } from '#tests/support/real-cluster.ts';
import { quiet } from '#tests/support/quiet.ts';

const FIXTURES = fileURLToPath(new URL('../kernel/cell/fixtures/', import.meta.url));

/** What a cell may read. */
export async function cellReads(): Promise<readonly string[]> {
  await mkdir(CACHE, { recursive: true });
  return [...(await cellCode(CACHE)).reads, CACHE];
}

/** How a node starts a cell, in no walls but Node's own. */
export async function realCommand(
  lanes: number,
  wrap = (words: Words): Words => words,
): Promise<CellCommand> {
  await mkdir(CACHE, { recursive: true });
  const { execArgv, cellEnv } = processSettings(CACHE);
  const code = await cellCode(CACHE);
  return cellCommand({ code, cacheDir: CACHE, lanes, execArgv, env: cellEnv, wrap });
}

type Words = CellCommand['words'];

/** The same with other code than a cell's. @param last in place of the number of lanes */
export async function fixtureCommand(name: string, last: string): Promise<CellCommand> {
  const { execArgv, cellEnv } = processSettings(CACHE);
  const file = `${FIXTURES}${name}.mjs`;
  const code = { main: file, lane: file, reads: [file] };
  const { words, env } = cellCommand({
    code,
    cacheDir: CACHE,
    lanes: 0,
    execArgv,
    env: cellEnv,
    wrap: (all) => [...all.slice(0, -1), last] as unknown as Words,
  });
  return { words, env };
}

/** What a cell of other code may read. */
export function fixtureReads(name: string): readonly string[] {
  return [`${FIXTURES}${name}.mjs`];
}

/** Other code than a cell's, inside of these walls, that is lent the files of a folder. */
export function fixtureWithLent(name: string, lent: string, wrap: Wrap): CellCommand {
  const { execArgv, cellEnv } = processSettings(CACHE);
  const [file = ''] = fixtureReads(name);
  const code = { main: file, lane: file, reads: [] };
  return cellCommand({ code, cacheDir: file, lanes: 1, lent, execArgv, env: cellEnv, wrap });
}

type Wrap = Parameters<typeof cellCommand>[0]['wrap'];

/** A cell, and the reason for its end. */
export function startCell(
  command: CellCommand,
  lanes = 1,
  clock: Clock = systemClock,
  belongings: CellBelongings = {},
): { cell: CellProcess; lost: Promise<string> } {
  const cell = new CellProcess({ clock, logger: quiet }, command, lanes, belongings);
  const lost = new Promise<string>((resolve) =>
    cell.take({ received() {}, laneLost: (_lane, why) => resolve(why), lost: resolve }),
  );
  return { cell, lost };
}
