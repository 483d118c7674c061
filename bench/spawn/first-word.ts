import { cacheDir } from '#cli/folders.ts';
import type { Host } from '#kernel/lane/host.ts';
import { Lane } from '#kernel/lane/lane.ts';
import { wasmBody } from '#kernel/lane/wasm-body.ts';
import { completeQuota } from '#kernel/quota.ts';
import { NO_ALARM } from '#kernel/scheduler/scheduler.ts';
import { alarmMemory } from '#kernel/scheduler/alarm.ts';
import { systemClock } from '#kernel/system-clock.ts';
import { systemRandom } from '#kernel/system-random.ts';
import { wholeNode } from '#kernel/tenants.ts';
import { mintVtids } from '#kernel/vtid.ts';
import { functionNamed } from '#posiv-wit/functions.ts';
import type { ErrorCode, Quota } from '#posiv-wit/generated/kernel.ts';
import { DEFAULT_QUOTA } from '#posiv-wit/quota.ts';
import type { Result } from '#posiv-wit/result.ts';
import { loadProgram } from '#wasm-abi/load.ts';
import { prepareImage } from '#wasm-abi/prepare.ts';

const LIFE = { self: `n${'a'.repeat(16)}`, incarnation: 1 };
const QUOTA = completeQuota(DEFAULT_QUOTA, {
  defaultWeight: 100,
  tenant: wholeNode(2 ** 34),
}) as Quota;
const COUNT = 1_000;

const NEW = functionNamed('posiv:kernel/vtask@0.1.0#new')!;
const SCHED = functionNamed('posiv:kernel/vtask@0.1.0#sched')!;

/**
 * Microseconds from `new` to the first word of what was made, for each of a thousand vTasks one after another: in a lane
 * with a lease for them, on this thread.
 */
export async function firstWords(image: Uint8Array): Promise<number[]> {
  const { key } = await prepareImage(image, { cacheDir: cacheDir() });
  const program = await loadProgram(cacheDir(), key);
  const flag = alarmMemory();
  let spoken: ((at: number) => void) | undefined;
  const lane = new Lane({
    clock: systemClock,
    alarm: NO_ALARM,
    collect() {},
    flush() {},
    send({ tag }) {
      if (tag === 'log') spoken?.(performance.now());
    },
    load: async (init, host) => wasmBody(program, init, host, systemRandom, { flag }),
  });
  const [creator, ...vtids] = mintVtids(LIFE, systemRandom, COUNT + 1);
  const maker: Host = lane.create({
    vtid: creator!,
    image: '',
    cmd: [],
    environment: [],
    grants: [],
    quota: QUOTA,
  });
  lane.receive({
    tag: 'lease',
    val: {
      id: 1,
      creator: creator!,
      path: '/p',
      image: '',
      grants: [],
      quota: QUOTA,
      vtids,
      validMs: 60_000,
    },
  });
  const samples: number[] = [];
  for (let count = 0; count < COUNT; count++) {
    const word = new Promise<number>((resolve) => (spoken = resolve));
    const since = performance.now();
    const made = maker.call(NEW, [undefined, '/p', [], undefined]) as Result<string, ErrorCode>;
    if (made.ok) void maker.call(SCHED, [made.value]);
    samples.push(((await word) - since) * 1_000);
    await new Promise(setImmediate); // it ends, and is told of
  }
  lane.close({ tag: 'killed' });
  return samples;
}
