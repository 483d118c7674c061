import test from 'ava';
import type { Body } from '#kernel/lane/body.ts';
import { Lane } from '#kernel/lane/lane.ts';
import { NO_ALARM } from '#kernel/scheduler/scheduler.ts';
import type { ExitReason } from '#posiv-wit/generated/kernel.ts';
import type { Frame } from '#posiv-wit/generated/wire.ts';
import { ok } from '#posiv-wit/result.ts';
import { quotaOf } from '#tests/support/limits.ts';
import { ManualClock, settled } from '#tests/support/manual-clock.ts';

const [A, B] = ['a', 'b'].map((name) => name.repeat(42)) as [string, string];
const BROKEN = new Error('it is broken');

/** A lane whose vTasks all have these bodies, which are there a turn later. */
class LaneOf {
  readonly #ends = new Map<string, ExitReason[]>();
  readonly #lane: Lane;

  constructor(body: Partial<Body>) {
    const whole: Body = {
      run: () => ok(0),
      handlers: undefined,
      memoryBytes: () => 0,
      ...body,
    };
    this.#lane = new Lane({
      clock: new ManualClock(),
      alarm: NO_ALARM,
      collect() {},
      flush() {},
      send: (frame) => this.#sent(frame),
      load: async () => whole,
    });
  }

  /** Makes a vTask and lets it begin. */
  start(vtid: string): void {
    const quota = quotaOf({});
    const val = { vtid, image: '', cmd: [], environment: [], grants: [], quota };
    this.#lane.receive({ tag: 'create', val });
    this.#lane.receive({ tag: 'start', val: { vtid } });
  }

  /** Changes what it may use. */
  adjust(vtid: string): void {
    this.#lane.receive({ tag: 'adjust', val: { vtid, quota: quotaOf({ memoryPages: 1 }) } });
  }

  /** How its vTasks have ended, as the node was told. */
  async ends(): Promise<Record<string, readonly ExitReason[]>> {
    await settled();
    return Object.fromEntries(this.#ends);
  }

  #sent(frame: Frame): void {
    if (frame.tag !== 'change' || !frame.val.reason) return;
    const { vtid, reason } = frame.val;
    this.#ends.set(vtid, [...(this.#ends.get(vtid) ?? []), reason]);
  }
}

test('a vTask whose instance takes no limit as it begins has not started, and its neighbours go on', async (t) => {
  const lane = new LaneOf({
    limitMemory() {
      throw BROKEN;
    },
  });
  lane.start(A);
  lane.start(B);
  await Promise.resolve(); // it is being loaded
  lane.adjust(A);
  t.deepEqual(await lane.ends(), {
    [A]: [{ tag: 'start-failed', val: 'host failure: it is broken' }],
    [B]: [{ tag: 'exited', val: 0 }],
  });
});

for (const [when, run] of [
  ['at once', () => ok(0)],
  ['later', async () => ok(0)],
] as const)
  test(`a vTask that returns ${when}, and whose instance cannot be given back, has exited all the same`, async (t) => {
    const lane = new LaneOf({
      run,
      release() {
        throw BROKEN;
      },
    });
    lane.start(A);
    lane.start(B);
    const exited: ExitReason = { tag: 'exited', val: 0 };
    t.deepEqual(await lane.ends(), { [A]: [exited], [B]: [exited] });
  });
