import { type Command, Option } from 'commander';

/** How a command finds its node. */
export function dataOption(): Option {
  return new Option('--data <dir>', 'talk to the node with this data folder');
}

/** For commands whose output is a table, if nothing else is said. */
export function jsonOption(what = 'write JSON instead of a table'): Option {
  return new Option('--json', what);
}

/** Gathers an option that may be given several times. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** Shows how the command is used, below its options. */
export function examples(command: Command, ...lines: readonly string[]): Command {
  return command.addHelpText(
    'after',
    `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`,
  );
}
