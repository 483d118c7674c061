import type { Scenario } from './scenario.ts';
import { abiScenarios } from './scenarios/abi.ts';
import { floodScenarios } from './scenarios/floods.ts';
import { endlessScenarios } from './scenarios/endless.ts';
import { memoryScenarios } from './scenarios/memory.ts';

/** All of them, in the order of the scorecard. */
export const SCENARIOS: readonly Scenario[] = [
  ...endlessScenarios,
  ...memoryScenarios,
  ...abiScenarios,
  ...floodScenarios,
];
