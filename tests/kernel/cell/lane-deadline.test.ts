import test from 'ava';
import { CellProcess } from '#kernel/cell/cell-process.ts';
import type { NodeFrame } from '#kernel/ipc/passing.ts';
import { systemClock } from '#kernel/system-clock.ts';
import { realCommand } from '#tests/support/cell-process.ts';
import { quotaOf } from '#tests/support/limits.ts';
import { CACHE } from '#tests/support/real-cluster.ts';
import { cGuest } from '#tests/wasm-abi/guests.ts';
import { prepareImage } from '#wasm-abi/prepare.ts';
import { quiet } from '#tests/support/quiet.ts';

/** A cell with one lane, and what it tells of the vTasks that are made of tests/fixtures/guests/spin.c. */
class Lab implements AsyncDisposable {
  readonly cell: CellProcess;
  lane = 0;
  readonly #image: string;
  readonly #seen = new Set<string>();
  readonly #wanted = new Map<string, () => void>();

  private constructor(cell: CellProcess, image: string) {
    this.cell = cell;
    this.#image = image;
    cell.take({
      received: (_lane, frame) => this.#take(frame),
      laneLost() {},
      lost() {},
    });
  }

  static async start(): Promise<Lab> {
    const { key } = await prepareImage(await cGuest('spin'), { cacheDir: CACHE });
    const cell = new CellProcess({ clock: systemClock, logger: quiet }, await realCommand(1), 1);
    return new Lab(cell, key);
  }

  /** It is asked on the way that a deadline takes: so the one that was told before counts. */
  async deadline(deadline: number): Promise<void> {
    this.cell.actUntil(deadline);
    await this.cell.usedMs(this.lane);
  }

  compute(vtid: string, rounds: number): void {
    const val = { vtid, image: this.#image, cmd: [String(rounds)], environment: [], grants: [] };
    this.cell.send(this.lane, { tag: 'create', val: { ...val, quota: quotaOf({}) } });
    this.cell.send(this.lane, { tag: 'start', val: { vtid } });
  }

  end(vtid: string): void {
    this.cell.send(this.lane, { tag: 'end', val: { vtid, reason: { tag: 'killed' } } });
  }

  has(vtid: string, state: string): boolean {
    return this.#seen.has(`${vtid} ${state}`);
  }

  /** Resolves when the lane has told it. */
  async told(vtid: string, state: string): Promise<void> {
    if (this.has(vtid, state)) return;
    await new Promise<void>((resolve) => this.#wanted.set(`${vtid} ${state}`, resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cell.terminate();
  }

  #take(frame: NodeFrame): void {
    if (frame.tag !== 'change') return;
    const what = `${frame.val.vtid} ${frame.val.state}`;
    this.#seen.add(what);
    this.#wanted.get(what)?.();
  }
}

test('once the deadline of a cell is over no guest of it computes, until it is moved on', async (t) => {
  await using lab = await Lab.start();
  await lab.deadline(systemClock.now() + 3_600_000);
  lab.compute('before', 1);
  await lab.told('before', 'exited');

  await lab.deadline(systemClock.now());
  lab.compute('after', 1);
  await lab.told('after', 'running');
  // Without a deadline it would have ended in the turn in which it began.
  lab.compute('other', 1);
  lab.end('other');
  await lab.told('other', 'died');
  t.false(lab.has('after', 'exited'));

  await lab.deadline(systemClock.now() + 3_600_000);
  await lab.told('after', 'exited');
});

test('one that is stopped in the middle of its computation can be ended, and the lane goes on later', async (t) => {
  await using lab = await Lab.start();
  lab.compute('endless', 2 ** 32 - 1);
  await lab.told('endless', 'running');
  await lab.deadline(systemClock.now());
  lab.end('endless');
  await lab.told('endless', 'died');
  await lab.deadline(Infinity);
  lab.compute('next', 1);
  await lab.told('next', 'exited');
  t.pass();
});

test('a lane that takes the place of another goes by the same deadline', async (t) => {
  await using lab = await Lab.start();
  await lab.deadline(systemClock.now());
  lab.lane = lab.cell.replace(0)!;
  lab.compute('after', 1);
  await lab.told('after', 'running');
  lab.compute('other', 1);
  lab.end('other');
  await lab.told('other', 'died');
  t.false(lab.has('after', 'exited'));
});
