import { parseArgs } from 'node:util';
import { optionsGiven, positive } from '#tests/support/command.ts';
import type { Usage } from './use.ts';
import type { WorldOptions } from './with-world.ts';

/** A command that has real clusters go through rounds of faults. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** What says how long it goes on. */
  readonly length: { readonly option: string; readonly says: string; readonly usual: string };
  readonly nodes: string;
  readonly seconds: string;
  readonly example: string;
}

/** What it is told. */
export interface Options {
  readonly length: number;
  /** Seed of the first round. */
  readonly first: number;
  readonly world: WorldOptions;
  /** Of each round, but for its seed. */
  readonly usage: Omit<Usage, 'seed'>;
}

/** Ends the process for what is none of its options, as `optionsGiven` does. */
export function optionsOf(command: Command): Options {
  return optionsGiven(helpOf(command), (args) => {
    const { length, nodes, seconds } = command;
    const { values } = parseArgs({
      args,
      options: {
        [length.option]: { type: 'string', default: length.usual },
        'first-seed': { type: 'string', default: '1' },
        nodes: { type: 'string', default: nodes },
        seconds: { type: 'string', default: seconds },
        'fault-every': { type: 'string', default: '2' },
        operations: { type: 'string', default: '20' },
        loopback: { type: 'boolean', default: false },
        trace: { type: 'boolean', default: false },
      },
    });
    const number = (name: string): number => positive(name, values[name] as string);
    return {
      length: number(length.option),
      first: number('first-seed'),
      world: {
        nodes: number('nodes'),
        loopback: values['loopback'],
        trace: values['trace'] ? console.log : undefined,
      },
      usage: {
        forMs: number('seconds') * 1_000,
        faultEveryMs: number('fault-every') * 1_000,
        operationsPerSecond: number('operations'),
      },
    };
  });
}

function helpOf({ name, summary, length, nodes, seconds, example }: Command): string {
  return `Usage: npm run ${name} -- [options]

${summary}

Options:
  ${`--${length.option} N`.padEnd(15)}  ${length.says} (default: ${length.usual})
  --first-seed S   of the first (default: 1)
  --nodes M        of each cluster (default: ${nodes})
  --seconds N      of each round in which there are faults (default: ${seconds})
  --fault-every N  seconds (default: 2)
  --operations N   in a second (default: 20)
  --loopback       no network namespaces, and no faults of the network
  --trace          prints what happens
  --help

Example:
  npm run ${name} -- ${example}
`;
}
