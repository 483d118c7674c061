import { CellError } from '#kernel/cell/errors.ts';
import { bytesOf, MAX_CMD_BYTES } from '#kernel/cmd.ts';
import type { Lend } from '#kernel/dispatcher.ts';
import { isPassing, isUnanswered, passing, type NodeFrame } from '#kernel/ipc/passing.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { isCut } from '#kernel/lane/task-errors.ts';
import { hasEnded } from '#kernel/life-cycle.ts';
import { VTASK_LIMITS } from '#kernel/quota.ts';
import { isSessions, type Router } from '#kernel/router.ts';
import type { NewVTask, VTask } from '#kernel/vtask-table.ts';
import { covers } from '#posiv-wit/grant.ts';
import type { ExitReason, Limit, State } from '#posiv-wit/generated/kernel.ts';
import type {
  BornFrame,
  CallFrame,
  ChangeFrame,
  ReturnFrame,
  UsageFrame,
} from '#posiv-wit/generated/wire.ts';
import { PAGE_BYTES } from '#posiv-wit/quota.ts';
import { err } from '#posiv-wit/result.ts';

// A vTask waits for each of its calls; only a lane that is not ours makes more of them at a time.
const MAX_CALLS = 64;
// What vTasks may hold where limits are only counted.
const MOST = {
  memoryPages: VTASK_LIMITS.memoryPages.maximum,
  mailboxBytes: VTASK_LIMITS.mailboxBytes.maximum,
};
/** The states before a vTask's end, after the first. */
const WAY: readonly State[] = ['scheduled', 'starting', 'running'];
/** The limits that lanes look after, and tell of. */
const OF_LANES: ReadonlySet<Limit> = new Set([
  'memory-pages',
  'table-elements',
  'mailbox-bytes',
  'message-rate',
  'log-rate',
  'requests',
  'watches',
]);

/** What the lanes of this node send: frames of their vTasks, calls, and news of them. */
export class LaneFrames {
  readonly #kernel: Kernel;
  readonly #router: Router;
  /** One for all calls, few of which end with a file. */
  readonly #lend: Lend = async ({ vtid }, id, file) => {
    const lane = this.#kernel.table.get(vtid)?.lane;
    if (lane === undefined || !(await this.#kernel.filesOf(lane)?.lend(file))) return false;
    this.#router.toLane(lane, { tag: 'lent', val: { id, file: file.name, size: file.size } });
    return true;
  };

  constructor(kernel: Kernel, router: Router) {
    this.#kernel = kernel;
    this.#router = router;
  }

  /**
   * What a lane says, which has effect only for vTasks that are on it. A lane is not trusted.
   * @throws {cell-violation} {illegal-transition} it says what no lane says: its cell is to be ended
   */
  receive(lane: number, frame: NodeFrame): void {
    this.#kernel.hops.came(isSessions(lane) ? 'session' : 'lane', frame);
    if (isPassing(frame)) {
      const { tag, sender, target, id } = frame;
      const vtask = this.#on(lane, sender);
      if (!vtask) return;
      const { tenant } = vtask;
      if (!hasEnded(vtask.state) || tag === 'withdraw') return this.#router.route(frame, tenant);
      // Its sender did not have to wait: it was as good as in its mailbox before the end.
      if (isUnanswered(frame) && !vtask.confirmed) return this.#router.route(frame, tenant);
      // The victim's last words have no effect; those who wait for its answer hear that it ended.
      if (tag !== 'answer') return;
      const outcome = err({ tag: 'task-died', val: 'the vTask has ended' } as const);
      const val = { caller: target, id, target: sender, outcome };
      return this.#router.route(passing({ tag: 'answer', val }), tenant);
    }
    switch (frame.tag) {
      case 'call':
        this.#called(lane, frame.val);
        break;
      case 'born':
        this.#born(lane, frame.val);
        break;
      case 'credit': {
        const target = this.#on(lane, frame.val.target);
        if (target) this.#kernel.credits.give(target, frame);
        break;
      }
      case 'recall':
        if (this.#on(lane, frame.val.target)) this.#kernel.credits.recall(frame);
        break;
      case 'release':
        if (this.#on(lane, frame.val.sender)) this.#kernel.credits.release(frame);
        break;
      case 'mark':
        this.#router.toLane(lane, frame);
        break;
      case 'unread':
        this.#kernel.filesOf(lane)?.unread(frame.val.file);
        break;
      case 'lease-over':
        this.#kernel.leases.over(lane, frame.val.id);
        break;
      case 'change':
        this.#laneChanged(lane, frame.val);
        break;
      case 'usage':
        this.#usage(lane, frame.val);
        break;
      case 'log': {
        const { vtid, channel, text } = frame.val;
        if (!this.#on(lane, vtid)) break;
        if (!isSessions(lane) && this.#kernel.logs.exceeds(vtid, text.byteLength))
          throw new CellError('cell-violation', `vTask ${vtid} does not wait for its log's credit`);
        this.#kernel.logs.write(vtid, channel, text);
        break;
      }
      default:
        throw new CellError('cell-violation', `a ${frame.tag} frame is for a node to send`);
    }
  }

  /** What a lane claims counts against all tenants of the node: no more of it is believed than can be. */
  #usage(lane: number, { vtid, memory, mailbox, cpuUs, refusals }: UsageFrame): void {
    const vtask = this.#on(lane, vtid);
    if (!vtask) return;
    const { quotas, table } = this.#kernel;
    const { memoryPages, mailboxBytes } = quotas.counting ? MOST : vtask.quota;
    // One that was given less since then holds what it held.
    const most = Math.max(vtask.memoryBytes, memoryPages * PAGE_BYTES);
    table.holds(vtask, Math.min(memory, most), Math.min(mailbox, mailboxBytes));
    if (cpuUs > vtask.cpuUs) table.uses(vtask, this.#kernel.accounted(lane, cpuUs - vtask.cpuUs));
    for (const refusal of refusals) if (OF_LANES.has(refusal.limit)) vtask.refusals.raise(refusal);
  }

  /** The vTask, if it is on that lane. */
  #on(lane: number, vtid: string): VTask | undefined {
    const vtask = this.#kernel.table.get(vtid);
    return vtask?.lane === lane ? vtask : undefined;
  }

  #called(lane: number, call: CallFrame): void {
    const vtask = this.#on(lane, call.caller);
    if (vtask && !hasEnded(vtask.state)) return void this.#carryOut(vtask, call);
    // Nobody is left to hear of it, but the lane keeps what it is for until it does.
    const val = { id: call.id, outcome: err('the vTask has ended') };
    this.#router.toLane(lane, { tag: 'returned', val });
  }

  async #carryOut(vtask: VTask, call: CallFrame): Promise<void> {
    const { vtid, creator, tenant, grants, lane } = vtask;
    const send = (returned: ReturnFrame): void =>
      this.#router.toLane(lane, { tag: 'returned', val: returned });
    // A vTask is started only with what it imports; a lane may ask for more.
    if (!grants.some((grant) => covers(grant, interfaceOf(call.function))))
      return send({ id: call.id, outcome: err(`${call.function} is not granted`) });
    vtask.calls += 1;
    if (vtask.calls > MAX_CALLS) {
      vtask.calls -= 1;
      return send({ id: call.id, outcome: err(`more than ${MAX_CALLS} calls at a time`) });
    }
    const files = this.#kernel.filesOf(lane);
    const caller = { vtid, creator, tenant, grants, node: undefined, readsFiles: !!files };
    await this.#kernel.dispatcher.carryOut(call, caller, send, this.#lend);
    vtask.calls -= 1;
  }

  #born(lane: number, { lease, births }: BornFrame): void {
    const { leases, table } = this.#kernel;
    for (const { cmd, state, cpuUs, reason } of births) {
      if (bytesOf(cmd) > MAX_CMD_BYTES)
        throw new CellError('cell-violation', 'the cmd of a vTask that it has made is too long');
      if (reason) assertCut(reason);
      const init = leases.born(lane, lease, cmd);
      if (!init) throw new CellError('cell-violation', `it may make no vTask by lease ${lease}`);
      const vtask = reason ? table.addBrief(init, state, reason) : this.#begun(init, state);
      table.uses(vtask, this.#kernel.accounted(lane, cpuUs));
    }
  }

  /** What a lane made by a lease and lives has gone the way of all others, from the start. */
  #begun(init: NewVTask, state: State): VTask {
    const vtask = this.#kernel.adopt(init);
    for (const next of WAY) {
      if (vtask.state === state) break;
      this.#kernel.table.transition(vtask, next);
    }
    const creator = this.#kernel.table.get(vtask.creator!);
    if (!creator || hasEnded(creator.state)) void this.#kernel.end(vtask, { tag: 'creator-ended' }); // while its lane did not know yet
    return vtask;
  }

  #laneChanged(lane: number, { vtid, state, reason }: ChangeFrame): void {
    const vtask = this.#on(lane, vtid);
    if (!vtask) return;
    if (reason === undefined) {
      if (state === 'scheduled' && vtask.state !== 'created') return; // by two at the same time
      if (!hasEnded(vtask.state)) this.#kernel.table.transition(vtask, state);
      return;
    }
    assertCut(reason);
    this.#kernel.table.end(vtask, reason);
    this.#kernel.confirmEnd(vtask);
  }
}

/** Why a vTask has ended is told to all who watch it: one that does not fit into a frame would be heard by none of other nodes. */
function assertCut(reason: ExitReason): void {
  if ('val' in reason && typeof reason.val === 'string' && !isCut(reason.val))
    throw new CellError('cell-violation', 'it gives a longer reason for an end than any lane does');
}

function interfaceOf(functionName: string): string {
  return functionName.split('#', 1)[0]!;
}
