import type { Quota } from '#posiv-wit/generated/kernel.ts';
import { DEFAULT_QUOTA } from '#posiv-wit/quota.ts';
import { good } from '#tests/support/results.ts';
import type { Attacker } from '../attacker.ts';
import { ends } from '../families.ts';
import { posivImage } from '../guests/c-image.ts';
import { coreImage, echoImage } from '../guests/core-image.ts';
import { endedWith, GIVEN_UP_MS } from '../outcomes.ts';
import { type Containment, NotContainedError, type Scenario } from '../scenario.ts';

/** One for each limit of a vTask, by its name; `table-elements` is with the tables. */

const SPIN = (): Promise<Uint8Array> => coreImage({ run: '(loop $l (br $l)) (unreachable)' });
const HELD = /^exited: 0$/;
const FLOODS = (): Promise<Uint8Array> => posivImage('floods');

/** A vTask that takes nothing of what it is sent. */
const atDeaf = (what: string) => async (attacker: Attacker) => [
  what,
  good(await attacker.make(await echoImage())),
];

/** What two or more that spin have used, in milliseconds, and how long that was. */
async function spun(
  attacker: Attacker,
  quotas: readonly Partial<Quota>[],
): Promise<{ readonly usedMs: readonly number[]; readonly ms: number }> {
  const image = await attacker.store(await SPIN());
  const since = performance.now();
  const vtids: string[] = [];
  for (const quota of quotas)
    vtids.push(await attacker.start(image, [], { quota: { ...DEFAULT_QUOTA, ...quota } }));
  for (const vtid of vtids) await attacker.begun(vtid);
  await attacker.rage();
  for (const vtid of vtids) await attacker.kill(vtid);
  const ms = performance.now() - since;
  const usedMs: number[] = [];
  for (const vtid of vtids) {
    await attacker.ended(vtid, GIVEN_UP_MS);
    usedMs.push((await attacker.cpuUs(vtid)) / 1_000);
  }
  return { usedMs, ms };
}

const weight: Scenario = {
  name: 'cpu-weight',
  tries: 'computes beside another with a thousand times its weight',
  withinMs: 10_000,
  async run(attacker): Promise<Containment> {
    const { usedMs, ms } = await spun(attacker, [{ cpuWeight: 1 }, { cpuWeight: 1_000 }]);
    const [light = 0, heavy = 0] = usedMs;
    const seen = `${light.toFixed(0)} ms beside ${heavy.toFixed(0)}`;
    if (light > heavy / 4) throw new NotContainedError(`it got ${seen}`);
    return { ms, reason: seen };
  },
};

const rate: Scenario = {
  name: 'cpu-rate',
  tries: 'computes without end with a tenth of a core',
  withinMs: 10_000,
  async run(attacker): Promise<Containment> {
    const { usedMs, ms } = await spun(attacker, [{ cpuRate: 100 }]);
    return withinShare(usedMs, ms, 0.1);
  },
};

/** Of a core. Time is taken by the clock: on a busy machine a slice is as long as the system makes it, and is paid for later. */
const SLACK = 0.4;

/** Whether they kept to their share of a core. @throws {not-contained} */
export function withinShare(usedMs: readonly number[], ms: number, share: number): Containment {
  const used = usedMs.reduce((sum, each) => sum + each, 0);
  const seen = `${used.toFixed(0)} of ${ms.toFixed(0)} ms`;
  if (used > ms * (share + SLACK)) throw new NotContainedError(`it computed ${seen}`);
  return { ms, reason: seen };
}

const MAILBOX_BYTES = 65_536;

const mailbox: Scenario = {
  name: 'mailbox-bytes',
  tries: 'fills a mailbox of 64 KiB',
  withinMs: 500,
  async run(attacker): Promise<Containment> {
    const quota = { ...DEFAULT_QUOTA, mailboxBytes: MAILBOX_BYTES };
    const deaf = good(await attacker.make(await echoImage(), [], { quota }));
    const vtid = await attacker.start(await FLOODS(), ['small mail', deaf]);
    await attacker.rage();
    const { mailboxBytes } = good(await attacker.client.vtask.info(deaf));
    if (mailboxBytes === 0 || mailboxBytes > MAILBOX_BYTES)
      throw new NotContainedError(`${mailboxBytes} bytes wait in it`);
    return { ms: await attacker.kill(vtid), reason: `killed; ${mailboxBytes} bytes wait` };
  },
};

const scratch: Scenario = {
  name: 'scratch-bytes',
  tries: 'writes scratch blobs without end',
  withinMs: 10_000,
  run: async (attacker) =>
    endedWith(
      attacker,
      {
        image: await posivImage('stores'),
        cmd: ['scratch'],
        options: {
          grants: ['posiv:kernel', 'posiv:vstore'],
          quota: { ...DEFAULT_QUOTA, scratchBytes: 1 << 20 },
        },
      },
      HELD,
    ),
};

export const quotaScenarios: readonly Scenario[] = [
  ends(
    { name: 'memory-pages', tries: 'grows past ten pages' },
    () =>
      coreImage({
        run: `(loop $l (br_if $l (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
          (i32.store (i32.const 1064) (i32.ne (memory.size) (i32.const 10))) (i32.const 1060)`,
      }),
    HELD,
    () => [],
    { memoryPages: 10 },
  ),
  weight,
  rate,
  mailbox,
  ends(
    { name: 'message-rate', tries: 'sends a hundred requests at once, of ten a second' },
    FLOODS,
    HELD,
    atDeaf('rate'),
    { messageRate: 10 },
  ),
  ends(
    { name: 'log-rate', tries: 'writes more of its log than 64 KiB a second' },
    FLOODS,
    HELD,
    () => ['entries'],
    { logRate: 65_536 },
  ),
  ends(
    { name: 'watches', tries: 'watches an eleventh time, of ten' },
    FLOODS,
    HELD,
    atDeaf('watches'),
    { watches: 10 },
  ),
  ends(
    { name: 'requests', tries: 'has an eleventh request out, of ten' },
    FLOODS,
    HELD,
    atDeaf('requests'),
    { requests: 10 },
  ),
  ends(
    { name: 'life-ms', tries: 'lives on after its time, and catches everything' },
    () =>
      coreImage({
        run: `(loop $again (block $caught (try_table (catch_all $caught) (loop $spin (br $spin)))) (br $again))
          (unreachable)`,
      }),
    /^quota-exceeded: life-ms/,
    () => [],
    { lifeMs: 300 },
  ),
  scratch,
];
