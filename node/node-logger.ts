import pino from 'pino';
import type { Logger } from '#kernel/logger.ts';
import type { NodeConfig } from '#node/config.ts';

/** The node's log, as lines of JSON on standard error. */
export function nodeLogger(level: NodeConfig['logLevel'], name: string): Logger {
  const log = pino({ level, base: { self: name } }, pino.destination(2));
  return {
    debug: (message, fields) => log.debug(fields ?? {}, message),
    info: (message, fields) => log.info(fields ?? {}, message),
    warn: (message, fields) => log.warn(fields ?? {}, message),
    error: (message, fields) => log.error(fields ?? {}, message),
  };
}
