// Stores blobs and paths until it is killed, and says of each what was acknowledged, one line each.
import { randomBytes } from 'node:crypto';
import { writeSync } from 'node:fs';
import { createVStore, openNodeDisk } from '#services/vstore/vstore.ts';
import { good, noise, put } from './calls.ts';
import { diskRegisters } from './registers.ts';
import { quiet } from '#tests/support/quiet.ts';

const [folder = '', seed = '1'] = process.argv.slice(2);
const disk = await openNodeDisk(folder, Date.now());
const store = await createVStore(
  {
    disk,
    clock: {
      now: () => performance.now(),
      wallTime: () => Date.now(),
      after(ms, fn) {
        const timer = setTimeout(fn, ms);
        return () => clearTimeout(timer);
      },
    },
    random: { bytes: (count) => randomBytes(count), next: Math.random },
    logger: quiet,
    peers: {
      self: 'a',
      members: () => ['a'],
      reachable: () => true,
      ready: () => true,
      call: () => Promise.reject(new Error('there are no others')),
      pull() {
        throw new Error('there are no others');
      },
    },
    strategy: { keep: () => ['a'], rank: () => [] },
    quota: { refusal: () => undefined },
    registers: await diskRegisters(disk),
  },
  {},
);
const { blobs, files } = store.callsFor({ vtid: 'writer', creator: undefined, tenant: 'alice' });
writeSync(1, 'open\n');

/** Each line is written at once, so that it is out before the next call is made. */
async function work(worker: number): Promise<void> {
  for (let round = 0; ; round++) {
    const content = Number(seed) * 1_000_000 + worker * 1_000 + round + 1;
    const size = (content * 7_919) % 3_000_000;
    const path = `/${worker}/${round % 20}`;
    const blob = await put(blobs, noise(size, content));
    // From here on the path may stand for either.
    writeSync(1, `try ${path} ${blob} ${size} ${content}\n`);
    await good(files.bind(path, blob));
    writeSync(1, `bound ${path} ${blob}\n`);
    if (round % 5 !== 4) continue;
    writeSync(1, `try-delete ${path}\n`);
    await good(files.delete(path));
    writeSync(1, `deleted ${path}\n`);
  }
}

await Promise.all([1, 2, 3, 4].map(work));
