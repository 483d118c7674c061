import test from 'ava';
import { Lane } from '#kernel/lane/lane.ts';
import { wasmBody } from '#kernel/lane/wasm-body.ts';
import { NO_ALARM } from '#kernel/scheduler/scheduler.ts';
import type { ExitReason, Quota } from '#posiv-wit/generated/kernel.ts';
import type { Frame } from '#posiv-wit/generated/wire.ts';
import { DEFAULT_QUOTA } from '#posiv-wit/quota.ts';
import { ManualClock } from '#tests/support/manual-clock.ts';
import { cGuest, program } from '#tests/wasm-abi/guests.ts';
import type { Program } from '#wasm-abi/load.ts';

const PAGE = 65_536;

/** A lane by itself, whose vTasks are all of tests/fixtures/guests/leaves.c. */
class LoneLane {
  readonly frames: Frame[] = [];
  /** How many instances were made, and how many used again. */
  readonly instances = { made: 0, reused: 0 };
  readonly lane: Lane;
  readonly tableElements: number;
  #ended: (() => void) | undefined;

  private constructor(guest: Program) {
    const flag = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    this.tableElements = guest.tableElements;
    const counted: Program = {
      description: guest.description,
      tableElements: guest.tableElements,
      instantiate: (host, init) => {
        this.instances.made += 1;
        return guest.instantiate(host, init);
      },
      reuse: (host, init) => {
        const spare = guest.reuse?.(host, init);
        if (spare) this.instances.reused += 1;
        return spare;
      },
    };
    this.lane = new Lane({
      clock: new ManualClock(),
      alarm: NO_ALARM,
      collect() {},
      flush() {},
      send: (frame) => {
        this.frames.push(frame);
        if (frame.tag === 'change' && frame.val.reason) this.#ended?.();
      },
      load: (init, host) =>
        wasmBody(counted, init, host, { bytes: (n) => new Uint8Array(n) }, { flag }),
    });
  }

  static async start(): Promise<LoneLane> {
    return new LoneLane(await program(await cGuest('leaves', 'core')));
  }

  start(vtid: string, cmd: string[], quota: Partial<Quota> = {}): Promise<void> {
    const all = { ...DEFAULT_QUOTA, ...LIMITS, ...quota };
    const val = { vtid, image: '', cmd, environment: [], grants: [], quota: all };
    this.lane.receive({ tag: 'create', val });
    const ended = new Promise<void>((resolve) => (this.#ended = resolve));
    this.lane.receive({ tag: 'start', val: { vtid } });
    return ended;
  }

  reason(vtid: string): ExitReason | undefined {
    for (const { tag, val } of this.frames)
      if (tag === 'change' && val.vtid === vtid && val.reason) return val.reason;
    return undefined;
  }

  output(vtid: string): string[] {
    return this.frames.flatMap(({ tag, val }) =>
      tag === 'log' && val.vtid === vtid ? [Buffer.from(val.text).toString()] : [],
    );
  }
}

const LIMITS = {
  memoryPages: 100,
  tableElements: 1_000,
  cpuWeight: 100,
  cpuRate: 1_000,
  mailboxBytes: PAGE,
  messageRate: 1_000,
  logRate: PAGE,
  watches: 8,
  requests: 8,
};

const A = 'a'.repeat(42);
const B = 'b'.repeat(42);
const C = 'c'.repeat(42);

test('a vTask that follows another in its instance is itself, not the other', async (t) => {
  const lone = await LoneLane.start();
  await lone.start(A, ['log', 'one']);
  await lone.start(B, ['log', 'two']);
  t.deepEqual(lone.instances, { made: 1, reused: 1 });
  t.deepEqual(lone.output(A), [A, 'one']);
  t.deepEqual(lone.output(B), [B, 'two']);
  // It counts its runs in its memory, which begins with 7.
  for (const vtid of [A, B]) t.deepEqual(lone.reason(vtid), { tag: 'exited', val: 8 });
});

test('a vTask finds nothing of the one before in its memory', async (t) => {
  const lone = await LoneLane.start();
  await lone.start(A, ['write', 'hunter2']);
  await lone.start(B, ['find', 'ivoufs3']);
  t.is(lone.instances.reused, 1);
  t.deepEqual(lone.reason(B), { tag: 'exited', val: 0 });
});

test('a vTask with another quota of memory has an instance with that quota', async (t) => {
  const lone = await LoneLane.start();
  await lone.start(A, ['log', ''], { memoryPages: 100 });
  await lone.start(B, ['grow'], { memoryPages: 18 });
  t.deepEqual(lone.instances, { made: 2, reused: 0 });
  t.deepEqual(lone.reason(B), { tag: 'exited', val: 0 });
});

test('a vTask with too small a quota of table elements is not given a used instance either', async (t) => {
  const lone = await LoneLane.start();
  await lone.start(A, ['log', '']);
  await lone.start(B, ['log', ''], { tableElements: lone.tableElements - 1 });
  t.deepEqual(lone.instances, { made: 1, reused: 0 });
  t.is(lone.reason(B)?.tag, 'quota-exceeded');
});

test('what a vTask of a used instance holds and has used is its own', async (t) => {
  const lone = await LoneLane.start();
  await lone.start(A, ['write', 'x']);
  await lone.start(B, ['log', '']);
  const usage = lone.frames.flatMap((frame) => (frame.tag === 'usage' ? [frame.val] : []));
  t.deepEqual(
    usage.map(({ vtid, memory }) => [vtid, memory]),
    [A, B].map((vtid) => [vtid, 18 * PAGE]),
  );
});

for (const [how, cmd] of [
  ['was killed while it waited', ['ask', C]],
  ['trapped', ['trap']],
  ['has grown its memory', ['grow']],
] as const) {
  test(`the instance of a vTask that ${how} is not used again`, async (t) => {
    const lone = await LoneLane.start();
    const ended = lone.start(A, [...cmd]);
    if (cmd[0] === 'ask') {
      while (!lone.frames.some(({ tag }) => tag === 'request')) await new Promise(setImmediate);
      lone.lane.receive({ tag: 'end', val: { vtid: A, reason: { tag: 'killed' } } });
    }
    await ended;
    await lone.start(B, ['log', '']);
    t.deepEqual(lone.instances, { made: 2, reused: 0 });
    t.deepEqual(lone.reason(B), { tag: 'exited', val: 8 });
  });
}
