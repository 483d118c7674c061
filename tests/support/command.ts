const USAGE_ERROR = 2;

/**
 * What a command of this repository is given. Help, where it is asked for, and options that are none end the process.
 * @param usage begins with `Usage: npm run NAME`
 * @param parse throws for those that are none
 */
export function optionsGiven<T>(usage: string, parse: (args: string[]) => T): T {
  const args = process.argv.slice(2);
  if (args.includes('--help')) {
    process.stdout.write(usage);
    process.exit();
  }
  try {
    return parse(args);
  } catch (error) {
    const name = /npm run (\S+)/.exec(usage)![1];
    process.stderr.write(`${name}: ${(error as Error).message}; see --help\n`);
    process.exit(USAGE_ERROR);
  }
}

/** @throws {RangeError} it is none above 0 */
export function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new RangeError(`--${name} ${text}: give a number above 0`);
  return value;
}
