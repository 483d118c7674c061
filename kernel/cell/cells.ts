import type { CellFiles, CellLink, StartCell } from '#kernel/cell/cell.ts';
import { ANSWERS_WITHIN_MS, EndWatch } from '#kernel/cell/end-watch.ts';
import { CellError } from '#kernel/cell/errors.ts';
import type { Clock } from '#kernel/clock.ts';
import type { NodeFrame } from '#kernel/ipc/passing.ts';
import type { Logger } from '#kernel/logger.ts';
import type { LaneView } from '#posiv-wit/generated/managers.ts';

// A lane that sends to one for which more than this waits is not read from until the other has taken it.
const HIGH_BYTES = 1 << 20;
// A cell that has nothing to do for so long is given back to the machine.
const IDLE_MS = 60_000;

export interface CellsComponents {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly startCell: StartCell;
  readonly received: (lane: number, frame: NodeFrame) => void;
  /** A lane has ended, with all of its vTasks. */
  readonly lost: (lane: number, why: string) => void;
  /** A tenant has other lanes than before. */
  readonly lanesChanged: (tenant: string) => void;
}

export interface CellsInit {
  /** Of each cell. */
  readonly lanes: number;
  /** How many vTasks a cell may hold: a tenant with more has several cells. */
  readonly vtasks: number;
}

interface Slot {
  /** Its number among all lanes of the node, which no other has ever had. */
  readonly lane: number;
  readonly cell: Cell;
  /** Its number in its cell. */
  readonly index: number;
  readonly vtasks: Set<string>;
  readonly since: number;
  /** Microseconds of processor time that its vTasks are held to have used. */
  accountedUs: number;
  readonly ends: EndWatch;
}

interface Cell {
  readonly tenant: string;
  readonly slots: Map<number, Slot>;
  link: CellLink;
  /** All of its pipes have been used up: it takes no more vTasks. */
  worn: boolean;
  cancelIdle: (() => void) | undefined;
}

/** The lanes of a node in the cells of its tenants: a cell and its lanes are one tenant's alone, from their start to their end. */
export class Cells {
  readonly #components: CellsComponents;
  readonly #init: CellsInit;
  readonly #slots = new Map<number, Slot>();
  readonly #cells = new Map<string, Set<Cell>>();
  #lastLane = -1;
  /** Of the guests of all cells. */
  #deadline = Infinity;
  /** Whose frame is being carried out. */
  #speaker: Slot | undefined;
  #closed = false;

  constructor(components: CellsComponents, init: CellsInit) {
    this.#components = components;
    this.#init = init;
  }

  /** Lanes of a cell: as many vTasks of a tenant run at the same time. */
  get lanesPerCell(): number {
    return this.#init.lanes;
  }

  /** The ids of the processes of a tenant's cells. */
  pids(tenant: string): readonly number[] {
    const cells = [...(this.#cells.get(tenant) ?? [])];
    return cells.flatMap(({ link: { pid } }) => (pid === undefined ? [] : [pid]));
  }

  /** The lanes that a new vTask of a tenant may go to. There is one at least: another cell is started where all are full. */
  view(tenant: string, memoryOf: (lane: number) => number): readonly LaneView[] {
    let cells = [...(this.#cells.get(tenant) ?? [])].filter((cell) => this.#hasRoom(cell));
    if (cells.length === 0 && !this.#closed) cells = [this.#start(tenant)];
    for (const cell of cells) if (cell.cancelIdle) this.#watchIdle(cell); // it is about to be used
    return cells.flatMap(({ slots }) =>
      [...slots.values()].map(({ lane, vtasks }) => ({
        lane,
        vtasks: vtasks.size,
        runnable: 0,
        memoryUsed: memoryOf(lane),
      })),
    );
  }

  /** What a lane may read by itself; undefined for one that does not, or is no more. */
  filesOf(lane: number): CellFiles | undefined {
    return this.#slots.get(lane)?.cell.link.files;
  }

  send(lane: number, frame: NodeFrame): void {
    const slot = this.#slots.get(lane);
    if (!slot) return;
    const { link } = slot.cell;
    link.send(slot.index, frame);
    const speaker = this.#speaker;
    if (!speaker || link.queued(slot.index) <= HIGH_BYTES) return;
    speaker.cell.link.hold(speaker.index, link.drained(slot.index));
  }

  /** No guest runs from then on, by the node's clock; Infinity: no such time. */
  actUntil(deadline: number): void {
    this.#deadline = deadline;
    for (const cells of this.#cells.values()) for (const { link } of cells) link.actUntil(deadline);
  }

  /** The lanes of a tenant. */
  lanesOf(tenant: string): readonly number[] {
    const cells = [...(this.#cells.get(tenant) ?? [])];
    return cells.flatMap(({ slots }) => [...slots.values()].map(({ lane }) => lane));
  }

  /** The tenants that have cells. */
  tenants(): readonly string[] {
    return [...this.#cells.keys()];
  }

  /** The cells of a tenant are to have their part of the processors. */
  weigh(tenant: string, weight: number): void {
    for (const { link } of this.#cells.get(tenant) ?? []) void link.weigh(weight);
  }

  /**
   * A lane says that a vTask of it has used so many microseconds. Returns how many of them can be true: a lane is one
   * thread, and has not used more than have gone by.
   */
  account(lane: number, us: number): number {
    const slot = this.#slots.get(lane);
    if (!slot) return 0;
    const elapsedUs = (this.#components.clock.now() - slot.since) * 1_000;
    const granted = Math.min(us, Math.max(0, Math.round(elapsedUs) - slot.accountedUs));
    slot.accountedUs += granted;
    return granted;
  }

  /** Sends a frame to all lanes, or those of one tenant. */
  broadcast(frame: NodeFrame, tenant?: string): void {
    for (const { lane, cell } of this.#slots.values())
      if (tenant === undefined || cell.tenant === tenant) this.send(lane, frame);
  }

  /** How many more vTasks the cell of a lane may hold. */
  room(lane: number): number {
    const slot = this.#slots.get(lane);
    return slot ? this.#init.vtasks - held(slot.cell) : 0;
  }

  /** A lane is to have this vTask; false if the lane is no more. */
  add(lane: number, vtid: string): boolean {
    const slot = this.#slots.get(lane);
    if (!slot) return false;
    slot.vtasks.add(vtid);
    slot.cell.cancelIdle?.();
    slot.cell.cancelIdle = undefined;
    return true;
  }

  /** The lane has confirmed that a vTask is no more. */
  removed(lane: number, vtid: string): void {
    const slot = this.#slots.get(lane);
    if (!slot?.vtasks.delete(vtid)) return;
    slot.ends.confirm(vtid);
    this.#watchIdle(slot.cell);
  }

  /** The lane is to end a vTask, and is ended itself if it computes on without doing so. @param tell called once it is to be told so */
  end(lane: number, vtid: string, tell: () => void): void {
    this.#slots.get(lane)?.ends.end(vtid, tell);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { ends } of this.#slots.values()) ends.close();
    const all = [...this.#cells.values()].flatMap((cells) => [...cells]);
    for (const { cancelIdle } of all) cancelIdle?.();
    await Promise.all(all.map(({ link }) => link.terminate()));
  }

  #hasRoom(cell: Cell): boolean {
    return !cell.worn && held(cell) < this.#init.vtasks;
  }

  #start(tenant: string): Cell {
    const { startCell, logger } = this.#components;
    const { lanes } = this.#init;
    const cell = { tenant, slots: new Map(), worn: false } as unknown as Cell;
    cell.link = startCell(
      { tenant, lanes },
      {
        received: (index, frame) => this.#received(cell, index, frame),
        laneLost: (index, why) => {
          const slot = cell.slots.get(index);
          if (slot) this.#replace(slot, why);
        },
        lost: (why) => this.#lost(cell, why),
      },
    );
    cell.link.actUntil(this.#deadline);
    const cells = this.#cells.get(tenant) ?? new Set();
    this.#cells.set(tenant, cells.add(cell));
    for (let index = 0; index < lanes; index += 1) this.#addSlot(cell, index);
    logger.debug('a tenant has a cell', { tenant, cells: cells.size });
    this.#watchIdle(cell);
    this.#components.lanesChanged(tenant);
    return cell;
  }

  #addSlot(cell: Cell, index: number): void {
    const lane = (this.#lastLane += 1);
    const since = this.#components.clock.now();
    const vtasks = new Set<string>();
    const ends = new EndWatch({
      clock: this.#components.clock,
      usedMs: () => cell.link.usedMs(index),
      hangs: (ms) => this.#replace(slot, `it computed ${Math.round(ms)} ms without coming back`),
      stuck: () => this.#stuck(slot),
    });
    const slot: Slot = { lane, cell, index, vtasks, since, accountedUs: 0, ends };
    cell.slots.set(index, slot);
    this.#slots.set(lane, slot);
  }

  #received(cell: Cell, index: number, frame: NodeFrame): void {
    const slot = cell.slots.get(index);
    if (!slot || this.#closed) return;
    this.#speaker = slot;
    try {
      this.#components.received(slot.lane, frame);
    } finally {
      this.#speaker = undefined;
    }
  }

  #replace(slot: Slot, why: string): void {
    const { cell, index, lane } = slot;
    if (this.#closed || cell.slots.get(index) !== slot) return;
    this.#components.logger.warn('a lane was lost', { tenant: cell.tenant, lane, why });
    const next = cell.link.replace(index);
    this.#forget(slot);
    if (next === undefined) cell.worn = true;
    else this.#addSlot(cell, next);
    this.#watchIdle(cell);
    this.#components.lanesChanged(cell.tenant);
    this.#components.lost(lane, why);
  }

  #stuck(slot: Slot): void {
    const error = new CellError('cell-stuck', `it said nothing for ${ANSWERS_WITHIN_MS} ms`);
    this.#lost(slot.cell, `${error.message} [${error.code}]`);
  }

  #lost(cell: Cell, why: string): void {
    const cells = this.#cells.get(cell.tenant);
    if (this.#closed || !cells?.delete(cell)) return;
    this.#components.logger.warn('a cell was lost', { tenant: cell.tenant, why });
    this.#end(cell);
    const slots = [...cell.slots.values()];
    for (const slot of slots) this.#forget(slot);
    for (const { lane } of slots) this.#components.lost(lane, why);
  }

  #forget(slot: Slot): void {
    slot.ends.close();
    slot.cell.slots.delete(slot.index);
    this.#slots.delete(slot.lane);
  }

  #end(cell: Cell): void {
    cell.cancelIdle?.();
    if (this.#cells.get(cell.tenant)?.size === 0) this.#cells.delete(cell.tenant);
    void cell.link.terminate();
    if (!this.#closed) this.#components.lanesChanged(cell.tenant);
  }

  /** Ends a cell that stays without vTasks. */
  #watchIdle(cell: Cell): void {
    const isIdle = (): boolean => [...cell.slots.values()].every(({ vtasks }) => vtasks.size === 0);
    if (!isIdle()) return;
    cell.cancelIdle?.();
    cell.cancelIdle = this.#components.clock.after(IDLE_MS, () => {
      if (!isIdle() || !this.#cells.get(cell.tenant)?.delete(cell)) return;
      for (const slot of cell.slots.values()) this.#forget(slot);
      this.#end(cell);
    });
  }
}

function held({ slots }: Cell): number {
  let vtasks = 0;
  for (const slot of slots.values()) vtasks += slot.vtasks.size;
  return vtasks;
}
