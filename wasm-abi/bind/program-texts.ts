import { InvalidArgumentsError } from '../errors.ts';
import type { InstanceInit } from '../load.ts';

/**
 * Holds arguments and environment against what a program of C can be given.
 * @throws {invalid-arguments}
 */
export function checkTexts({ args, environment }: InstanceInit): void {
  if (args.some((each) => each.includes('\0')))
    throw new InvalidArgumentsError('an argument has a zero byte');
  for (const [name, value] of environment) {
    if (/^$|[=\0]/.test(name) || value.includes('\0')) {
      throw new InvalidArgumentsError(
        `the environment has a variable named ${JSON.stringify(name)}, or a zero byte in it`,
      );
    }
  }
}
