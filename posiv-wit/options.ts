import type { Options } from './generated/kernel.ts';
import { DEFAULT_QUOTA } from './quota.ts';

/** What `vtask.new` takes where nothing is said. */
export const DEFAULT_OPTIONS: Options = {
  detached: false,
  node: undefined,
  near: [],
  grants: undefined,
  quota: DEFAULT_QUOTA,
  environment: [],
  restart: 'never',
};
