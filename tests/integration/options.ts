import { parseArgs } from 'node:util';
import { positive } from '#tests/support/command.ts';
import type { Usage } from './use.ts';

const DEFAULTS = {
  minutes: '10',
  seeds: '1',
  'first-seed': '1',
  'fault-every': '2',
  operations: '20',
};

/** What `soak` and `integration` are told. */
export interface Options {
  readonly minutes: number;
  readonly seeds: number;
  readonly first: number;
  readonly nodes: number;
  readonly loopback: boolean;
  readonly trace: boolean;
  /** Of each round, but for its seed. */
  readonly usage: Omit<Usage, 'seed'>;
}

/** @throws {RangeError} {TypeError} what was given is none that there is */
export function optionsOf(
  args: string[],
  defaults: { readonly nodes: string; readonly seconds: string },
): Options {
  const { values } = parseArgs({
    args,
    options: {
      minutes: { type: 'string', default: DEFAULTS.minutes },
      seeds: { type: 'string', default: DEFAULTS.seeds },
      'first-seed': { type: 'string', default: DEFAULTS['first-seed'] },
      nodes: { type: 'string', default: defaults.nodes },
      seconds: { type: 'string', default: defaults.seconds },
      'fault-every': { type: 'string', default: DEFAULTS['fault-every'] },
      operations: { type: 'string', default: DEFAULTS.operations },
      loopback: { type: 'boolean', default: false },
      trace: { type: 'boolean', default: false },
    },
  });
  return {
    minutes: positive('minutes', values.minutes),
    seeds: positive('seeds', values.seeds),
    first: positive('first-seed', values['first-seed']),
    nodes: positive('nodes', values.nodes),
    loopback: values.loopback,
    trace: values.trace,
    usage: {
      forMs: positive('seconds', values.seconds) * 1_000,
      faultEveryMs: positive('fault-every', values['fault-every']) * 1_000,
      operationsPerSecond: positive('operations', values.operations),
    },
  };
}
