import type { CellEvents, CellInit, CellLink, StartCell } from '#kernel/cell/cell.ts';
import type { NodeFrame } from '#kernel/ipc/passing.ts';

/** The node's side of a lane in its own process. */
export interface LaneLink {
  send(frame: NodeFrame): void;
  /** As `CellLink.actUntil`. */
  actUntil(deadline: number): void;
  /** Milliseconds of processor time that it has used. */
  usedMs(): Promise<number>;
  /** Ends it at once, even in the middle of a guest's loop. */
  terminate(): Promise<void>;
}

/** Starts a lane. `received` gets its frames in order, `lost` is called once if it ends by itself. */
export type StartLane = (
  received: (frame: NodeFrame) => void,
  lost: (why: string) => void,
) => LaneLink;

/** Cells that are no processes: their lanes are threads of the node, which ends with them. For what the node itself trusts. */
export function threadCells(startLane: StartLane): StartCell {
  return (init, events) => new ThreadCell(startLane, init, events);
}

class ThreadCell implements CellLink {
  readonly pid = undefined;
  readonly #startLane: StartLane;
  readonly #events: CellEvents;
  readonly #lanes: (LaneLink | undefined)[] = [];
  #deadline = Infinity;

  constructor(startLane: StartLane, { lanes }: CellInit, events: CellEvents) {
    this.#startLane = startLane;
    this.#events = events;
    for (let lane = 0; lane < lanes; lane += 1) this.#start();
  }

  send(lane: number, frame: NodeFrame): void {
    this.#lanes[lane]?.send(frame);
  }

  actUntil(deadline: number): void {
    this.#deadline = deadline;
    for (const lane of this.#lanes) lane?.actUntil(deadline);
  }

  /** A port between threads takes all at once. */
  queued(): number {
    return 0;
  }

  hold(): void {}

  async drained(): Promise<void> {}

  async usedMs(lane: number): Promise<number | undefined> {
    return this.#lanes[lane]?.usedMs();
  }

  replace(lane: number): number {
    void this.#lanes[lane]?.terminate();
    this.#lanes[lane] = undefined;
    return this.#start();
  }

  /** The node's threads have one priority. */
  async weigh(): Promise<void> {}

  async terminate(): Promise<void> {
    await Promise.all(this.#lanes.map(async (lane) => lane?.terminate()));
  }

  #start(): number {
    const lane = this.#lanes.length;
    const link = this.#startLane(
      (frame) => this.#lanes[lane] === link && this.#events.received(lane, frame),
      (why) => this.#lanes[lane] === link && this.#events.laneLost(lane, why),
    );
    link.actUntil(this.#deadline);
    this.#lanes.push(link);
    return lane;
  }
}
