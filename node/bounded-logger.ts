import type { Logger } from '#kernel/logger.ts';

const AT_ONCE = 100; // a node that loses a large cluster, say
const AGAIN_MS = 10_000; // 8,640 lines a day, 4 MB, of what goes on without end
// With a code each: messages are ours, and codes as well, but for those that peers refuse with. Beyond, a message is one kind.
const MOST_KINDS = 1_024;

interface Kind {
  left: number;
  /** When `left` was right. */
  at: number;
  unsaid: number;
}

/**
 * Says warnings and errors of one kind a hundred times, and from then on once in ten seconds, with how many were not said:
 * whoever reaches the port of a node, or is refused by another one, would fill a disk with them.
 */
export function boundedLogger(log: Logger, now: () => number): Logger {
  const kinds = new Map<string, Kind>();

  function kindOf(message: string, code: unknown): Kind {
    const own = `${message} ${String(code)}`;
    const name = kinds.has(own) || kinds.size < MOST_KINDS ? own : message;
    const kind = kinds.get(name) ?? { left: AT_ONCE, at: now(), unsaid: 0 };
    kinds.set(name, kind);
    return kind;
  }

  function bounded(level: 'warn' | 'error'): Logger['warn'] {
    return (message, fields) => {
      const kind = kindOf(message, fields?.code);
      const gained = Math.floor((now() - kind.at) / AGAIN_MS);
      kind.at += gained * AGAIN_MS;
      kind.left = Math.min(AT_ONCE, kind.left + gained);
      if (kind.left === 0) {
        kind.unsaid += 1;
        return;
      }
      kind.left -= 1;
      const { unsaid } = kind;
      kind.unsaid = 0;
      log[level](message, unsaid === 0 ? fields : { ...fields, unsaid });
    };
  }

  return {
    debug: (message, fields) => log.debug(message, fields),
    info: (message, fields) => log.info(message, fields),
    warn: bounded('warn'),
    error: bounded('error'),
  };
}
