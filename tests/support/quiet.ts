import type { Logger } from '#kernel/logger.ts';

/** Nobody is told anything. */
export const quiet: Logger = { debug() {}, info() {}, warn() {}, error() {} };
