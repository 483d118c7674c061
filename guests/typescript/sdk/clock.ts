import { read, write } from 'posiv:kernel/log@0.1.0';
import { self } from 'posiv:kernel/vtask@0.1.0';
import { utf8Encode } from './utf8.ts';

const TICK = utf8Encode('tick\n');
const AT_ONCE = 0;
let next = 0;

/**
 * Milliseconds since 1970 by the clock of the vTask's node. A vTask has no clock of its own (`Date.now` traps): its
 * node stamps what it logs, so this writes a `debug` line and reads its stamp.
 */
export function now(): number {
  write('debug', TICK);
  let stamp = 0;
  for (;;) {
    const page = read(self(), next, AT_ONCE);
    const last = page.entries.at(-1);
    if (!last) return stamp;
    stamp = last.timeMs;
    next = page.next;
  }
}
