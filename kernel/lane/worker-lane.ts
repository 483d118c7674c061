import { Arrivals } from '#kernel/lane/arrivals.ts';
import {
  beginCollection,
  collectGarbage,
  followCollections,
  shrinkHeap,
} from '#kernel/lane/garbage.ts';
import { GuestRandom } from '#kernel/lane/guest-random.ts';
import { Lane, type LaneComponents } from '#kernel/lane/lane.ts';
import { LentReader } from '#kernel/lane/lent-reader.ts';
import { framesOf } from '#kernel/lane/port.ts';
import { Siblings, type SiblingsInit } from '#kernel/lane/siblings.ts';
import { wasmBody } from '#kernel/lane/wasm-body.ts';
import { SharedAlarm } from '#kernel/scheduler/alarm.ts';
import { machineAheadMs, systemClock, threadMs } from '#kernel/system-clock.ts';
import type { Frame } from '#posiv-wit/generated/wire.ts';
import type { Program } from '#wasm-abi/load.ts';
import { ProgramCache } from '#wasm-abi/program-cache.ts';

export interface WorkerLaneInit {
  /** The folder of the prepared images. */
  readonly cacheDir: string;
  /** The folder of the files that the node lends, if it does. */
  readonly lent?: string | undefined;
  /** What interrupts its guests. */
  readonly alarm: WebAssembly.Memory;
  /** The other lanes of its cell. None: it speaks to them by way of the node. */
  readonly siblings?: SiblingsInit;
}

/** How what a lane says gets to its node. */
export interface WayToNode {
  readonly send: (frame: Frame) => void;
  /** Sends what was sent so far without waiting for the end of the turn. */
  readonly flush: () => void;
  /** Until little of what was sent waits; undefined where that is so. A way that takes everything at once has none. */
  readonly room?: () => Promise<void> | undefined;
}

const COLLECT: Readonly<Record<Parameters<LaneComponents['collect']>[0], () => void>> = {
  begin: beginCollection,
  'at once': collectGarbage,
  thoroughly: shrinkHeap,
};

/** A lane that has a thread to itself and its programs from a node's cache, wherever its frames come from. */
export class WorkerLane {
  readonly #lane: Lane;
  readonly #siblings: Siblings | undefined;
  readonly #lent: LentReader | undefined;
  readonly #arrivals = new Arrivals<Frame>({
    clock: systemClock,
    take: (frame) => {
      this.#onlyResults &&= frame.tag === 'returned' || frame.tag === 'lent';
      this.#lane.receive(frame);
    },
  });
  /** What has been taken of this batch. */
  #onlyResults = true;

  constructor(
    { cacheDir, lent, alarm, siblings: others }: WorkerLaneInit,
    { send, flush, room }: WayToNode,
  ) {
    const programs = new ProgramCache({ cacheDir });
    const random = new GuestRandom();
    const siblings = others && new Siblings(others, (frame) => this.#lane.receiveStraight(frame));
    this.#siblings = siblings;
    const reader = lent === undefined ? undefined : new LentReader(lent);
    this.#lent = reader;
    this.#lane = new Lane({
      clock: systemClock,
      alarm: new SharedAlarm(alarm, machineAheadMs()),
      usedMs: threadMs,
      send(frame) {
        siblings?.flush();
        send(frame);
      },
      flush() {
        siblings?.flush();
        flush();
      },
      ...(room && { room }),
      ...(siblings && { siblings }),
      readLent: (file) => reader?.read(file),
      collect: (how) => COLLECT[how](),
      followCollections,
      load(init, host) {
        const bodyOf = (program: Program) => wasmBody(program, init, host, random, { flag: alarm });
        const program = programs.get(init.image);
        return program instanceof Promise ? program.then(bodyOf) : bodyOf(program);
      },
    });
  }

  /**
   * Takes what came in one piece.
   * @param spent is called at the end of the turn in which the last of it is taken if all has been copied into guests by then, and never
   *   if not: results are, unless somebody's turn has not come, while a message may stay in a mailbox for long
   * @returns see `Arrivals.add`
   */
  receive(batch: Uint8Array, spent: () => void): Promise<void> | undefined {
    this.#siblings?.drain();
    return this.#arrivals.add(framesOf(batch), () => this.#taken(spent));
  }

  #taken(spent: () => void): void {
    const results = this.#onlyResults;
    this.#onlyResults = true;
    if (!results) return this.#lent?.forget();
    setImmediate(() => {
      if (!this.#lane.settled) return this.#lent?.forget();
      this.#lent?.spent();
      spent();
    });
  }
}
