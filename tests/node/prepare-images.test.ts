import { readFileSync } from 'node:fs';
import { quiet } from '#tests/support/quiet.ts';
import { systemClock } from '#kernel/system-clock.ts';
import { preparing } from '#node/prepare-images.ts';
import { nicenessOfSession, nicenessOfThreads } from '#tests/support/niceness.ts';
import { until } from '#tests/support/until.ts';
import { cGuest } from '#tests/wasm-abi/guests.ts';
import { test } from '#tests/wasm-abi/in-cache-folder.ts';

/** The processes that prepare images for this thread: each file of tests is one. */
function builds(): readonly number[] {
  const children = readFileSync('/proc/thread-self/children', 'latin1').split(' ');
  return children.map(Number).filter((pid) => pid > 0 && isBuild(pid));
}

/** What makes an image of sources is none of them. */
function isBuild(pid: number): boolean {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
    return words.includes('build/main.ts') && words.includes('--permission');
  } catch {
    return false; // it has ended
  }
}

if (process.platform === 'linux') {
  test('what prepares an image has less of the processors than any cell, also where sessions divide them', async (t) => {
    const prepare = preparing({ clock: systemClock, logger: quiet }, t.context.cacheDir);
    const prepared = prepare(await cGuest('rpc'));
    const pid = await Promise.race([
      prepared.then(() => undefined),
      until(builds, ([first]) => first !== undefined).then(([first]) => first!),
    ]);
    if (pid === undefined) return t.fail('it was prepared before it could be looked at');
    const levels = [...nicenessOfThreads(pid), nicenessOfSession(pid)].filter(
      (level) => level !== undefined,
    );
    t.deepEqual([...new Set(levels)], [15]);
    t.is((await prepared).description.kind, 'component');
  });
}
