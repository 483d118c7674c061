import { findTool } from '#kernel/cell/find-tool.ts';
import { MachineFault } from './errors.ts';

/**
 * The paths of programs.
 * @param packages what each is part of on Debian
 * @param path where they are looked for, as PATH has it
 * @throws {no-backend} with all that has to be installed
 */
export async function installed<Program extends string>(
  packages: Readonly<Record<Program, string>>,
  path: string,
): Promise<Readonly<Record<Program, string>>> {
  const programs = Object.keys(packages) as Program[];
  const found = await Promise.all(programs.map((program) => findTool(program, path)));
  const missing = programs.filter((_, at) => found[at] === undefined);
  if (missing.length > 0) {
    const are = missing.length === 1 ? 'is' : 'are';
    const wanted = new Set(missing.map((program) => packages[program]));
    throw new MachineFault(
      'no-backend',
      `${missing.join(', ')} ${are} not installed; on Debian: apt install ${[...wanted].join(' ')}`,
    );
  }
  return Object.fromEntries(programs.map((program, at) => [program, found[at]])) as Record<
    Program,
    string
  >;
}
