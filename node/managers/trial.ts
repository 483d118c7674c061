import type { Strategies } from '#kernel/strategies.ts';

type ParametersOf<Strategy> = Strategy extends (...params: infer Params) => unknown
  ? Params
  : never;

/** For each function of each manager, its parameters. */
type Questions = {
  readonly [Name in keyof Strategies]: {
    readonly [Method in keyof Strategies[Name]]: ParametersOf<Strategies[Name][Method]>;
  };
};

const NODE = {
  id: 'trial',
  reachable: true,
  lanes: 1,
  vtasks: 0,
  memoryUsed: 0,
  memoryLimit: 1 << 30,
  pending: 0,
} as const;

/** What a manager is asked before it decides anything: every function, as on a cluster of one node that has nothing to do. */
export const TRIAL: Questions = {
  resource: { place: [[NODE], { memory: 1 << 20, near: [] }] },
  storage: { keep: [[NODE], { index: 0, size: 1 << 20, seed: 0 }] },
  task: {
    assign: [[{ lane: 0, vtasks: 0, runnable: 0, memoryUsed: 0 }], 1 << 20],
    schedule: [{ lanes: 1, vtasks: 0 }],
  },
  security: { attenuate: [['posiv:kernel'], ['posiv:kernel']] },
  distribution: {
    rank: [[{ node: NODE.id, local: true, reachable: true, roundTripUs: 0, outstanding: 0 }]],
  },
};
