import test from 'ava';
import { Lane } from '#kernel/lane/lane.ts';
import { wasmBody } from '#kernel/lane/wasm-body.ts';
import { NO_ALARM } from '#kernel/scheduler/scheduler.ts';
import { VTASK_LIMITS } from '#kernel/quota.ts';
import type { ExitReason, Quota } from '#posiv-wit/generated/kernel.ts';
import type { Frame } from '#posiv-wit/generated/wire.ts';
import { ok } from '#posiv-wit/result.ts';
import { ManualClock, settled } from '#tests/support/manual-clock.ts';
import { cGuest, program } from '#tests/wasm-abi/guests.ts';
import type { Program } from '#wasm-abi/load.ts';

/** Long enough for two looks, at the second of which whoever has had nothing to do hibernates. */
const IDLE_MS = 10_000;

const QUOTA = Object.fromEntries(
  Object.entries(VTASK_LIMITS).map(([field, { standard }]) => [field, standard]),
) as unknown as Quota;

const A = 'a'.repeat(42);
const B = 'b'.repeat(42);
const OUTSIDE = 'x'.repeat(42);
const ELSEWHERE = 'y'.repeat(42);

/** A lane by itself, whose vTasks are all of tests/fixtures/guests/counter.c. */
class ServiceLane {
  readonly clock = new ManualClock();
  readonly frames: Frame[] = [];
  /** Instances that were made anew. */
  made = 0;
  /** How often one went on from where another had left off. */
  woken = 0;
  /** How often the lane had its heap collected thoroughly. */
  collected = 0;
  readonly #lane: Lane;
  #id = 0;

  private constructor(guest: Program) {
    const flag = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    const counted: Program = {
      ...guest,
      instantiate: (host, init) => {
        this.made += 1;
        return guest.instantiate(host, init);
      },
      wake: (from, host, init) => {
        this.woken += 1;
        return guest.wake!(from, host, init);
      },
    };
    this.#lane = new Lane({
      clock: this.clock,
      alarm: NO_ALARM,
      collect: (thoroughly) => {
        if (thoroughly) this.collected += 1;
      },
      flush() {},
      send: (frame) => void this.frames.push(frame),
      load: (init, host) =>
        wasmBody(counted, init, host, { bytes: (n) => new Uint8Array(n) }, { flag }),
    });
  }

  static async start(output: 'core' | 'component' = 'core'): Promise<ServiceLane> {
    return new ServiceLane(await program(await cGuest('counter', output)));
  }

  async start(vtid: string): Promise<void> {
    const val = { vtid, image: '', cmd: [], environment: [], grants: [], quota: QUOTA };
    this.#lane.receive({ tag: 'create', val });
    this.#lane.receive({ tag: 'start', val: { vtid } });
    await settled();
  }

  /** Changes the bytes that its memory may have. */
  limitMemory(vtid: string, bytes: number): void {
    const quota = { ...QUOTA, memoryPages: bytes / 65_536 };
    this.#lane.receive({ tag: 'adjust', val: { vtid, quota } });
  }

  send(target: string, text: string): void {
    const args = new TextEncoder().encode(text);
    const id = (this.#id += 1);
    const chain = [OUTSIDE];
    const val = { caller: OUTSIDE, target, id, identity: 'do', args, remainingMs: 60_000, chain };
    this.#lane.receive({ tag: 'request', val });
  }

  /** What a service says to a request. */
  async ask(target: string, text: string): Promise<string> {
    this.send(target, text);
    await settled();
    for (const { tag, val } of this.frames)
      if (tag === 'answer' && val.id === this.#id && val.caller === OUTSIDE)
        return val.outcome.ok ? new TextDecoder().decode(val.outcome.value) : val.outcome.error.tag;
    return 'nothing';
  }

  /** Answers the request that a service has out. */
  answerRequest(): void {
    for (const { tag, val } of this.frames) {
      if (tag !== 'request') continue;
      const { caller, id, target } = val;
      const outcome = ok(new Uint8Array(0));
      this.#lane.receive({ tag: 'answer', val: { caller, id, target, outcome } });
    }
  }

  end(vtid: string): void {
    this.#lane.receive({ tag: 'end', val: { vtid, reason: { tag: 'killed' } } });
  }

  reason(vtid: string): ExitReason | undefined {
    for (const { tag, val } of this.frames)
      if (tag === 'change' && val.vtid === vtid && val.reason) return val.reason;
    return undefined;
  }

  /** Bytes that it was last said to hold. */
  memory(vtid: string): number | undefined {
    return this.frames
      .flatMap((frame) => (frame.tag === 'usage' && frame.val.vtid === vtid ? [frame.val] : []))
      .at(-1)?.memory;
  }
}

for (const output of ['core', 'component'] as const) {
  test(`a service that has had nothing to do goes on from where it was, in another instance (${output})`, async (t) => {
    const lane = await ServiceLane.start(output);
    await lane.start(A);
    t.is(await lane.ask(A, 'count'), '1-');
    await lane.clock.advance(IDLE_MS);
    t.is(lane.woken, 0);
    await lane.start(B); // in the instance that A had: A goes on in a new one
    t.is(await lane.ask(A, 'count'), '2-');
    t.is(lane.woken, 1);
    t.is(await lane.ask(A, 'count'), '3-');
    t.is(lane.woken, 1);
    t.is(await lane.ask(B, 'count'), '1-');
  });
}

test('the instance of a service that hibernates is the next one’s, who finds nothing in it', async (t) => {
  const lane = await ServiceLane.start();
  await lane.start(A);
  await lane.ask(A, 'count');
  await lane.clock.advance(IDLE_MS);
  await lane.start(B);
  t.is(lane.made, 1);
  t.is(await lane.ask(B, 'count'), '1-');
  t.is(await lane.ask(A, 'count'), '2-');
});

test('a service that is asked now and then does not hibernate', async (t) => {
  const lane = await ServiceLane.start();
  await lane.start(A);
  for (let asked = 1; asked <= 5; asked++) {
    await lane.clock.advance(IDLE_MS / 2 - 1_000);
    t.is(await lane.ask(A, 'count'), `${asked}-`);
  }
  t.is(lane.woken, 0);
});

test('one more of an image goes on in the instance of one that has nothing to do, and no sooner', async (t) => {
  const lane = await ServiceLane.start();
  await lane.start(A);
  t.is(await lane.ask(A, 'count'), '1-');
  await lane.start(B); // A may just have been busy
  t.is(lane.made, 2);
  await lane.start('c'.repeat(42));
  t.is(lane.made, 2);
  t.is(await lane.ask('c'.repeat(42), 'count'), '1-');
  t.is(await lane.ask(A, 'count'), '2-');
  t.is(lane.woken, 1);
});

test('one that is busy keeps its instance, however many more are started', async (t) => {
  const lane = await ServiceLane.start();
  await lane.start(A);
  lane.send(A, `a${ELSEWHERE}`);
  await settled();
  for (const letter of 'bcdefg') await lane.start(letter.repeat(42));
  lane.answerRequest();
  await settled();
  t.is(await lane.ask(A, 'count'), '2-');
  t.is(lane.woken, 0);
});

test('a service that has grown its memory finds it as large and as it left it', async (t) => {
  const lane = await ServiceLane.start();
  await lane.start(A);
  t.is(await lane.ask(A, 'grow'), '1g');
  await lane.clock.advance(IDLE_MS);
  const held = lane.memory(A);
  t.is(await lane.ask(A, 'count'), '2g');
  t.is(lane.woken, 1);
  await lane.clock.advance(IDLE_MS);
  t.is(lane.memory(A), held);
});

test('what the memory of a service may come to have can be changed while it hibernates', async (t) => {
  const lane = await ServiceLane.start();
  for (const vtid of [A, B]) await lane.start(vtid);
  await lane.clock.advance(IDLE_MS);
  const held = lane.memory(A)!;
  lane.limitMemory(A, held);
  lane.limitMemory(B, held);
  await lane.clock.advance(IDLE_MS);
  lane.limitMemory(B, held + 65_536);
  t.is(await lane.ask(B, 'grow'), '1g');
  t.is(await lane.ask(A, 'grow'), 'task-died');
  t.is(lane.reason(A)?.tag, 'trapped');
  t.is(lane.woken, 2);
});

test('a service whose memory has changed much stays as it is', async (t) => {
  const lane = await ServiceLane.start();
  await lane.start(A);
  await lane.ask(A, 'fill');
  await lane.clock.advance(IDLE_MS);
  t.is(await lane.ask(A, 'count'), '2-');
  t.is(lane.woken, 0);
});

test('a service that waits in a handler does not hibernate', async (t) => {
  const lane = await ServiceLane.start();
  await lane.start(A);
  lane.send(A, `a${ELSEWHERE}`);
  await lane.clock.advance(3 * IDLE_MS);
  lane.answerRequest();
  t.is(await lane.ask(A, 'count'), '2-');
  t.is(lane.woken, 0);
});

test('a service that is killed while it hibernates has ended', async (t) => {
  const lane = await ServiceLane.start();
  await lane.start(A);
  await lane.clock.advance(IDLE_MS);
  lane.end(A);
  t.deepEqual(lane.reason(A), { tag: 'killed' });
  t.is(await lane.ask(A, 'count'), 'task-died');
});

test('a service that is killed as it wakes does nothing more', async (t) => {
  const lane = await ServiceLane.start();
  await lane.start(A);
  await lane.clock.advance(IDLE_MS);
  await lane.start(B); // in the instance that A had: A needs a new one, which takes a while
  lane.send(A, 'count');
  await Promise.resolve();
  await Promise.resolve();
  t.is(lane.woken, 1);
  lane.end(A);
  await settled();
  t.deepEqual(lane.reason(A), { tag: 'killed' });
  const answers = lane.frames.flatMap((frame) => (frame.tag === 'answer' ? [frame.val] : []));
  t.deepEqual(
    answers.map(({ outcome }) => !outcome.ok && outcome.error.tag),
    ['task-died'],
  );
});

test('a lane is collected thoroughly once when all of its vTasks have come to rest', async (t) => {
  const lane = await ServiceLane.start();
  await lane.start(A);
  await lane.start(B);
  for (let asked = 0; asked < 3; asked++) {
    await lane.clock.advance(4_000);
    await lane.ask(A, 'count');
  }
  t.is(lane.collected, 0);
  await lane.clock.advance(3 * IDLE_MS);
  t.is(lane.collected, 1);
  await lane.ask(B, 'count');
  await lane.clock.advance(2 * IDLE_MS);
  t.is(lane.collected, 2);
});
