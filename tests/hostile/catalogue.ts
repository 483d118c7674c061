import type { Scenario } from './scenario.ts';
import { abiScenarios } from './scenarios/abi.ts';
import { endlessScenarios } from './scenarios/endless.ts';
import { floodScenarios } from './scenarios/floods.ts';
import { imageScenarios } from './scenarios/images.ts';
import { lifeScenarios } from './scenarios/lives.ts';
import { memoryScenarios } from './scenarios/memory.ts';
import { quotaScenarios } from './scenarios/quotas.ts';
import { tenantQuotaScenarios } from './scenarios/tenant-quotas.ts';
import { cliScenarios } from './scenarios/wasi/cli.ts';
import { clockScenarios } from './scenarios/wasi/clocks.ts';
import { filesystemScenarios } from './scenarios/wasi/filesystem.ts';
import { ioScenarios } from './scenarios/wasi/io.ts';
import { preview1Scenarios } from './scenarios/wasi/preview1.ts';
import { randomScenarios } from './scenarios/wasi/random.ts';
import { socketScenarios } from './scenarios/wasi/sockets.ts';

/** All of them, in the order of the scorecard. */
export const SCENARIOS: readonly Scenario[] = [
  ...endlessScenarios,
  ...memoryScenarios,
  ...abiScenarios,
  ...floodScenarios,
  ...imageScenarios,
  ...lifeScenarios,
  ...quotaScenarios,
  ...tenantQuotaScenarios,
  ...ioScenarios,
  ...clockScenarios,
  ...randomScenarios,
  ...cliScenarios,
  ...filesystemScenarios,
  ...socketScenarios,
  ...preview1Scenarios,
];
