import pino from 'pino';
import type { Logger } from '#kernel/logger.ts';
import { systemClock } from '#kernel/system-clock.ts';
import { boundedLogger } from '#node/bounded-logger.ts';
import type { NodeConfig } from '#node/config.ts';

/** The node's log, as lines of JSON on standard error. */
export function nodeLogger(level: NodeConfig['logLevel'], name: string): Logger {
  const log = pino({ level, base: { self: name } }, pino.destination(2));
  const lines: Logger = {
    debug: (message, fields) => log.debug(fields ?? {}, message),
    info: (message, fields) => log.info(fields ?? {}, message),
    warn: (message, fields) => log.warn(fields ?? {}, message),
    error: (message, fields) => log.error(fields ?? {}, message),
  };
  return boundedLogger(lines, () => systemClock.now());
}
