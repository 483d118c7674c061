import type { Strategies } from '#kernel/strategies.ts';
import { rank } from '#services/managers/distribution/strategy.ts';
import { place } from '#services/managers/resource/strategy.ts';
import { attenuate } from '#services/managers/security/strategy.ts';
import { keep } from '#services/managers/storage/strategy.ts';
import { assign, schedule } from '#services/managers/task/strategy.ts';

/** The managers' strategies that a node has without any being plugged in. */
export const BUILT_IN: Strategies = {
  resource: { place },
  storage: { keep },
  task: { assign, schedule },
  security: { attenuate },
  distribution: { rank },
};
