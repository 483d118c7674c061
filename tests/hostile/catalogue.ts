import type { Scenario } from './scenario.ts';
import { abiScenarios } from './scenarios/abi.ts';
import { endlessScenarios } from './scenarios/endless.ts';
import { floodScenarios } from './scenarios/floods.ts';
import { imageScenarios } from './scenarios/images.ts';
import { lifeScenarios } from './scenarios/lives.ts';
import { memoryScenarios } from './scenarios/memory.ts';

/** All of them, in the order of the scorecard. */
export const SCENARIOS: readonly Scenario[] = [
  ...endlessScenarios,
  ...memoryScenarios,
  ...abiScenarios,
  ...floodScenarios,
  ...imageScenarios,
  ...lifeScenarios,
];
