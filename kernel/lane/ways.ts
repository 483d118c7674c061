import { ByNode } from '#kernel/lane/by-node.ts';
import type { Entry } from '#kernel/lane/entry.ts';
import type { Siblings } from '#kernel/lane/siblings.ts';
import type { Task } from '#kernel/lane/task.ts';
import { birthNode } from '#kernel/vtid.ts';
import type { VtidMap } from '#kernel/vtid-map.ts';
import type { Frame } from '#posiv-wit/generated/wire.ts';
import { err } from '#posiv-wit/result.ts';

/** `Entry.place` of one for whom the directory had none. */
const NO_PLACE = -1;

export interface WaysComponents {
  /** The vTasks of the lane. */
  readonly entries: VtidMap<Entry>;
  /** Sends a frame to the node. */
  readonly toNode: (frame: Frame) => void;
  /** Tells the node of vTasks that it does not know yet. */
  readonly announce: () => void;
  /** None where the lane is alone in its cell. */
  readonly siblings: Siblings | undefined;
}

/**
 * Finds the way of a frame between two vTasks: within the lane, straight to another lane of the cell, or by way of the node.
 * Who sends is entered in the cell's directory before it first sends something out of its lane, and its target when the first of
 * that comes; neither is entered later if there is no place then. From then on the two keep to the straight way, as long as
 * nothing would be overtaken: neither what they sent each other by way of the node (`Task.byNode`), nor what the node has yet to
 * hear of vTasks that were made by a lease, or ended. So nobody learns by the straight way of what the node does not know.
 */
export class Ways {
  readonly #components: WaysComponents;
  /** How often the node was told something that it alone knows, how much of that it was asked to confirm, and has confirmed. */
  #told = 0;
  #asked = 0;
  #heard = 0;

  constructor(components: WaysComponents) {
    this.#components = components;
  }

  /** The node is told of this. */
  tells({ tag }: Frame): void {
    if (tag === 'born' || tag === 'change') this.#told = (this.#told + 1) >>> 0;
  }

  /** The node has heard what it was told before this. */
  marked(mark: number): void {
    this.#heard = mark;
  }

  /** Whether what a vTask sends by a credit would overtake nothing. */
  isOpen(task: Task, target: string, straight: boolean): boolean {
    if (task.byNode?.isUnderWay(target)) return false;
    return !straight || (this.#isHeard() && this.#components.siblings!.has(target));
  }

  /** Somebody of this lane is told by the node that a vTask has ended. */
  over(vtid: string): void {
    this.#components.siblings?.over(vtid);
  }

  /** Sends a frame of a vTask of this lane. */
  route(frame: Frame): void {
    if (this.#deliver(frame)) return;
    const { siblings, toNode } = this.#components;
    if (!siblings || !this.#goesStraight(frame, siblings)) toNode(frame);
  }

  /** Takes a frame of the node's. */
  receive(frame: Frame): void {
    const { siblings, entries } = this.#components;
    const ends = siblings && endsOf(frame);
    const entry = ends && entries.get(ends.to);
    if (entry && birthNode(ends.from) === birthNode(ends.to)) enter(entry, siblings);
    this.#take(frame);
  }

  /** Takes a frame of another lane of the cell. */
  receiveStraight(frame: Frame): void {
    if (frame.tag === 'credit')
      this.#give(frame.val.sender, (task) => task.credited(frame.val, true));
    else if (endsOf(frame)) this.#take(frame);
  }

  /** A vTask is no more: what the node does not know of that it shares with others of the cell is given back. */
  ended({ task, place }: Entry): void {
    const { siblings } = this.#components;
    if (!siblings || place === undefined || place === NO_PLACE) return;
    for (const frame of task.credits()) siblings.send(endsOf(frame)!.to, frame);
    siblings.leave(place);
  }

  /** These ended with their lane, of this cell or another: between nodes it is theirs to say when a credit is over. */
  gone(vtids: ReadonlySet<string>): void {
    const { siblings, entries } = this.#components;
    if (!siblings) return;
    const tasks = entries.values().map(({ task }) => task);
    const node = tasks[0] && birthNode(tasks[0].vtid);
    const here = new Set([...vtids].filter((vtid) => birthNode(vtid) === node));
    for (const task of tasks) {
      task.forgetCredits((vtid) => here.has(vtid));
      for (const vtid of here) task.byNode?.ended(vtid);
    }
    siblings.gone(here);
  }

  #goesStraight(frame: Frame, siblings: Siblings): boolean {
    const ends = endsOf(frame);
    const entry = ends && this.#components.entries.get(ends.from);
    if (!entry) return false;
    const { to, from } = ends;
    if (birthNode(to) !== birthNode(from)) return false;
    enter(entry, siblings);
    if (entry.place === NO_PLACE) return false;
    const { task } = entry;
    const isOpen =
      siblings.has(to) && !(isInOrder(frame) && (task.byNode?.isUnderWay(to) || !this.#isHeard()));
    if (isOpen && siblings.send(to, frame)) return true;
    if (isAnswered(frame)) (task.byNode ??= new ByNode()).sent(to, frame.val.id);
    return false;
  }

  /** Whether the node knows all that the lane knows; it is asked to say so. */
  #isHeard(): boolean {
    this.#components.announce();
    const told = this.#told;
    if (this.#heard === told) return true;
    if (this.#asked !== told) {
      this.#asked = told;
      this.#components.toNode({ tag: 'mark', val: told });
    }
    return false;
  }

  #take(frame: Frame): void {
    if (!this.#deliver(frame)) this.#refuse(frame);
  }

  /** Gives a frame to the vTask of this lane that it is for; false when there is none. */
  #deliver(frame: Frame): boolean {
    switch (frame.tag) {
      case 'request':
        return this.#give(frame.val.target, (task) => task.offerRequest(frame.val));
      case 'message':
        return this.#give(frame.val.target, (task) => task.offerMessage(frame.val));
      case 'withdraw': {
        const { caller: vtid, target, id } = frame.val;
        return this.#give(target, (task) => task.withdraw({ vtid, id }));
      }
      case 'answer':
      case 'parked':
      case 'room':
        return this.#give(frame.val.caller, (task) => answered(task, frame));
      case 'credit':
        return this.#give(frame.val.sender, (task) => task.credited(frame.val, false));
      case 'recall':
        return this.#give(frame.val.sender, (task) => task.recalled(frame.val.target));
      case 'release':
        return this.#give(frame.val.target, (task) => task.intake.released(frame.val.sender));
      default:
        return true; // nothing that a lane takes: dropped, the node is trusted but may be newer
    }
  }

  #give(vtid: string, take: (task: Task) => void): boolean {
    const entry = this.#components.entries.get(vtid);
    if (entry) take(entry.task);
    return entry !== undefined;
  }

  /** It was sent here, but the vTask has ended meanwhile. */
  #refuse(frame: Frame): void {
    if (!isAnswered(frame)) return;
    const { target, id } = frame.val;
    const caller = frame.tag === 'request' ? frame.val.caller : frame.val.sender;
    const outcome = err({ tag: 'task-died', val: 'the vTask has ended' } as const);
    this.route({ tag: 'answer', val: { caller, id, target, outcome } });
  }
}

function answered(
  { outbox, byNode }: Task,
  frame: Extract<Frame, { tag: 'answer' | 'parked' | 'room' }>,
): void {
  const { id, target } = frame.val;
  byNode?.arrived(target, id);
  if (!outbox.isTo(id, target)) return; // answered by another than was asked
  if (frame.tag === 'answer') outbox.answered(id, frame.val.outcome);
  else outbox[frame.tag](id);
}

/** Lets others of the cell send to it directly. */
function enter(entry: Entry, siblings: Siblings): void {
  entry.place ??= siblings.enter(entry.task.vtid) ?? NO_PLACE;
}

interface Ends {
  readonly from: string;
  readonly to: string;
}

/** Of a frame between two vTasks. */
function endsOf(frame: Frame): Ends | undefined {
  switch (frame.tag) {
    case 'request':
    case 'withdraw':
      return { from: frame.val.caller, to: frame.val.target };
    case 'message':
    case 'release':
      return { from: frame.val.sender, to: frame.val.target };
    case 'answer':
    case 'parked':
    case 'room':
      return { from: frame.val.target, to: frame.val.caller };
    case 'credit':
    case 'recall':
      return { from: frame.val.target, to: frame.val.sender };
    default:
      return undefined;
  }
}

/** What may not overtake what was said before; a message by a credit was not sent if it would (`isOpen`). */
function isInOrder(frame: Frame): boolean {
  return isAnswered(frame) || frame.tag === 'withdraw' || frame.tag === 'answer';
}

/** Whether its sender hears of it when it has come. */
function isAnswered(frame: Frame): frame is Extract<Frame, { tag: 'request' | 'message' }> {
  return frame.tag === 'request' || (frame.tag === 'message' && frame.val.id !== 0);
}
