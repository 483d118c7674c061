import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collector: (() => void) | undefined;

/** Collects the whole heap of this thread. The engine has no other way to be asked. */
export function collectGarbage(): void {
  if (!collector) {
    setFlagsFromString('--expose-gc');
    collector = runInNewContext('gc') as () => void;
  }
  collector();
}

/**
 * Gives the threads that are begun from now on a young generation of up to 16 MB, where their process has a small one: at
 * 100,000 messages a second, each of which makes some garbage, a small one would be collected ten times as often.
 */
export function makeRoomForMessages(): void {
  setFlagsFromString('--max-semi-space-size=16');
}
