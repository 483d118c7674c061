import type { Clock } from '#kernel/clock.ts';
import type { Logger } from '#kernel/logger.ts';
import type { LaneView } from '#posiv-wit/generated/managers.ts';
import type { Frame } from '#posiv-wit/generated/wire.ts';

// A lane that has computed for so long since it was told to end a vTask, and has not confirmed, hangs in a guest: it is
// ended as a whole. Processor time, since on a busy machine an innocent lane may wait long for its turn.
const HANGS_AFTER_MS = 3_000;
const LOOK_EVERY_MS = 1_000;

/** The node's side of a lane, wherever its thread or process is. */
export interface LaneLink {
  send(frame: Frame): void;
  /** Milliseconds of processor time that it has used. */
  usedMs(): Promise<number>;
  /** Ends it at once, even in the middle of a guest's loop. */
  terminate(): Promise<void>;
}

/** Starts a lane. `received` gets its frames in order, `lost` is called once if it ends by itself. */
export type StartLane = (received: (frame: Frame) => void, lost: (why: string) => void) => LaneLink;

export interface LanePoolComponents {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly startLane: StartLane;
  readonly received: (lane: number, frame: Frame) => void;
  /** A lane has ended with all of its vTasks, and another stands in its place. */
  readonly lost: (lane: number, why: string) => void;
}

interface Slot {
  link: LaneLink;
  vtasks: number;
  /** Ends that have not been confirmed. */
  readonly ending: Map<string, () => void>;
}

/** The lanes of a node. One that is lost is replaced. */
export class LanePool {
  readonly #components: LanePoolComponents;
  readonly #slots: Slot[] = [];
  #closed = false;

  constructor(count: number, components: LanePoolComponents) {
    this.#components = components;
    for (let lane = 0; lane < count; lane += 1)
      this.#slots.push({ link: this.#start(lane), vtasks: 0, ending: new Map() });
  }

  get size(): number {
    return this.#slots.length;
  }

  view(memoryOf: (lane: number) => number): readonly LaneView[] {
    return this.#slots.map(({ vtasks }, lane) => ({
      lane,
      vtasks,
      runnable: 0,
      memoryUsed: memoryOf(lane),
    }));
  }

  send(lane: number, frame: Frame): void {
    this.#slots[lane]?.link.send(frame);
  }

  broadcast(frame: Frame): void {
    for (const { link } of this.#slots) link.send(frame);
  }

  added(lane: number): void {
    this.#slots[lane]!.vtasks += 1;
  }

  /** The lane has confirmed that a vTask is no more. */
  removed(lane: number, vtid: string): void {
    const slot = this.#slots[lane]!;
    slot.vtasks -= 1;
    slot.ending.get(vtid)?.();
    slot.ending.delete(vtid);
  }

  /** The lane has been told to end a vTask, and is ended itself if it computes on without doing so. */
  async expectEnd(lane: number, vtid: string): Promise<void> {
    const { clock } = this.#components;
    const { link, ending } = this.#slots[lane]!;
    let cancel: (() => void) | undefined;
    let confirmed = false;
    ending.set(vtid, () => {
      confirmed = true;
      cancel?.();
    });
    const before = await link.usedMs();
    const look = async (): Promise<void> => {
      const used = (await link.usedMs()) - before;
      if (confirmed) return;
      if (used < HANGS_AFTER_MS) cancel = clock.after(LOOK_EVERY_MS, () => void look());
      else this.#replace(lane, link, `it computed ${Math.round(used)} ms without coming back`);
    };
    if (!confirmed) cancel = clock.after(LOOK_EVERY_MS, () => void look());
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { ending } of this.#slots) for (const cancel of ending.values()) cancel();
    await Promise.all(this.#slots.map(({ link }) => link.terminate()));
  }

  #start(lane: number): LaneLink {
    const { startLane, received } = this.#components;
    const link = startLane(
      (frame) => received(lane, frame),
      (why) => this.#replace(lane, link, why),
    );
    return link;
  }

  #replace(lane: number, link: LaneLink, why: string): void {
    const slot = this.#slots[lane];
    if (this.#closed || slot?.link !== link) return;
    this.#components.logger.warn('a lane was lost', { lane, why });
    for (const cancel of slot.ending.values()) cancel();
    slot.ending.clear();
    slot.vtasks = 0;
    void link.terminate();
    slot.link = this.#start(lane);
    this.#components.lost(lane, why);
  }
}
