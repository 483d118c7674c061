import { keyOf, type DurableEntry, type DurableList } from '#kernel/durable-list.ts';
import type { Kernel } from '#kernel/kernel.ts';
import { hasEnded } from '#kernel/life-cycle.ts';
import { Names } from '#kernel/names.ts';
import { Restarts } from '#kernel/restarts.ts';
import type { Creation } from '#kernel/spawner.ts';
import type { VTask } from '#kernel/vtask-table.ts';
import type { NodeId } from '#kernel/vtid.ts';
import type { ErrorCode, Restart } from '#posiv-wit/generated/kernel.ts';
import type { Bearing, Durable } from '#posiv-wit/generated/wire.ts';
import { err, ok, type Result } from '#posiv-wit/result.ts';

const AGAIN_AFTER_MS = 1_000; // while no quorum can be reached there is no hurry

/** One whose name is to be freed. */
interface Ended {
  readonly tenant: string;
  readonly name: string;
  readonly vtid: string;
  readonly restart: Restart;
}

/**
 * The durable vTasks of this node: their records, and what becomes of those that end. One that is to be made again after the
 * loss of its node is on the node's list before its record names the node, and goes from it only after that has changed: so
 * whoever takes the list over misses none.
 */
export class Durables {
  readonly names: Names;
  readonly #kernel: Kernel;
  readonly #list: DurableList;
  readonly #restarts: Restarts;
  /** vTasks that have ended, whose records stand for others to make them again: until they are, or their names freed. */
  readonly #returning = new Map<string, () => void>();
  /** Calls off to try once more to free the names of those that have ended. */
  readonly #retries = new Map<string, () => void>();
  /** Those that were ended to be made again on another node, and wait for that, with tenant and name. */
  readonly #moving = new Map<string, string>();
  readonly #freeing = new Map<string, Promise<void>>();
  #closing = false;

  constructor(kernel: Kernel, list: DurableList) {
    const { clock, logger, registers } = kernel.components;
    this.#kernel = kernel;
    this.#list = list;
    this.names = new Names({
      registers,
      bearing: (durable, tenant) => this.bearing(durable, tenant),
    });
    this.#restarts = new Restarts({
      clock,
      logger,
      table: kernel.table,
      confirmed: (vtid) => kernel.confirmed(vtid),
      token: (vtask) => this.#tokenOf(vtask),
      start: (creation) => this.#start(creation),
      handOver: (vtask, restarts) => {
        if (kernel.draining) this.#handOver(vtask, restarts);
        return kernel.draining;
      },
      end: (vtid) => {
        const vtask = kernel.table.get(vtid);
        if (vtask) void kernel.end(vtask, { tag: 'killed' });
      },
      over: (vtask) => void this.#free(endedOf(vtask)).catch(() => {}), // it is tried again
      calmed: (entry) => list.count(entry),
    });
  }

  /** Records one that is being made, and where it must be found if this node is lost. Gives its fencing token. */
  async claim(creation: Creation, vtid: string): Promise<Result<number, ErrorCode>> {
    const { self, incarnation } = this.#kernel.components.peers;
    const { tenant, creator, image, cmd, grants, options, renews } = creation;
    const name = creation.name!;
    if (options.restart !== 'never')
      try {
        await this.#list.add({ tenant, name, restarts: renews?.restarts ?? 0 }, vtid);
      } catch (error) {
        this.#list.remove(tenant, name, vtid);
        return err({
          tag: 'unreachable',
          val: `the list of node ${self}: ${(error as Error).message}`,
        });
      }
    const record = { name, vtid, creator, image, cmd, grants, options, owner: self, incarnation };
    const claimed = await this.names.claim(tenant, record, renews?.fencingToken);
    if (!claimed.ok) this.giveUp(creation, vtid, claimed.error.tag === 'unreachable');
    return claimed;
  }

  /** One that was being made is not. @param mayBeRecorded whether its record may stand */
  giveUp({ tenant, name, options, renews }: Creation, vtid: string, mayBeRecorded = true): void {
    const { restart } = options;
    // What it was to renew is made again later, whether or not the record names this attempt.
    if (mayBeRecorded && !renews)
      void this.#free({ tenant, name: name!, vtid, restart }).catch(() => {});
    else this.#list.remove(tenant, name!, vtid);
  }

  /** Makes one here again whose node is lost, in place of the record given. */
  async revive(
    tenant: string,
    durable: Durable,
    restarts: number,
  ): Promise<Result<string, ErrorCode>> {
    const { name, creator, image, cmd, grants, options, fencingToken } = durable;
    const renews = { fencingToken, restarts };
    this.#restarts.take({ tenant, name, restarts });
    return this.#start({ creator, tenant, name, image, cmd, grants, options, renews });
  }

  /** One of this node has ended. */
  ended(vtask: VTask): void {
    const { name, vtid, restart } = vtask;
    if (name === undefined) return;
    if (this.#closing && restart !== 'never') {
      this.#returning.set(vtid, () => {}); // whoever takes this node's list over makes it again
      return;
    }
    // What is moved is handed over once its lane has confirmed that nothing of it has effect any more.
    if (this.#moving.has(vtid)) this.#returning.set(vtid, () => {});
    else if (this.#restarts.ended(vtask))
      this.#returning.set(vtid, () => this.#restarts.cancel(vtid));
    else void this.#free(endedOf(vtask)).catch(() => {}); // it is tried again
  }

  /** For whom vTasks are to be made again here. */
  get creators(): Set<string> {
    return this.#restarts.creators;
  }

  /** A vTask of another node has ended: what waits to be made again, and ends with it, is not. */
  creatorEnded(creator: string): void {
    this.#restarts.creatorEnded(creator);
  }

  /** How many have gone from this node and are not made again yet. */
  get moving(): number {
    return this.#moving.size;
  }

  /** Whether one has gone from this node and is not made again yet. */
  moves(vtid: string): boolean {
    return this.#moving.has(vtid);
  }

  /** Ends one here, to be made again on another node. */
  move(vtask: VTask): void {
    this.#moving.set(vtask.vtid, keyOf(vtask.tenant, vtask.name!));
    void this.#kernel.end(vtask, { tag: 'node-lost' }).then(() => {
      if (this.#closing || !this.#moving.has(vtask.vtid)) return; // it was killed meanwhile
      this.#handOver(vtask, this.#restarts.count(vtask.tenant, vtask.name!));
    });
  }

  /** Whether a record is of one that has ended here to be made again on another node. */
  isMoving({ owner, vtid }: Durable): boolean {
    return owner === this.#kernel.self && this.#moving.has(vtid);
  }

  /** It is on another node now, or need not be. */
  moved({ tenant, name }: DurableEntry): void {
    for (const [vtid, key] of this.#moving) {
      if (key !== keyOf(tenant, name)) continue;
      this.#moving.delete(vtid);
      this.#returning.delete(vtid);
    }
  }

  /** One was killed: it is not made again, whatever happens. */
  async settle(vtask: VTask): Promise<Result<undefined, ErrorCode>> {
    if (vtask.name === undefined || vtask.restart === 'never') return ok(undefined);
    this.#restarts.cancel(vtask.vtid);
    try {
      await this.#free(endedOf(vtask));
      return ok(undefined);
    } catch (error) {
      return err({
        tag: 'unreachable',
        val: `the vTask has ended, but that cannot be recorded: if this node is lost it is made again (${(error as Error).message})`,
      });
    }
  }

  /** How it stands with the vTask of a record; undefined if its node cannot be asked. */
  async bearing(durable: Durable, tenant: string): Promise<Bearing | undefined> {
    const { owner, incarnation, vtid, options } = durable;
    const { self, peerCalls, components } = this.#kernel;
    if (components.peers.isLost(owner, incarnation))
      return options.restart === 'never' ? 'gone' : 'returning';
    if (owner === self) return this.bearingHere(tenant, vtid);
    try {
      const asked = peerCalls.call(owner, 'posiv:wire/kernel@0.1.0#bears', [tenant, vtid]);
      return (await asked) as Bearing;
    } catch {
      return undefined;
    }
  }

  bearingHere(tenant: string, vtid: string): Bearing {
    if (this.#kernel.isMaking(vtid)) return 'making';
    if (this.#returning.has(vtid)) return 'returning';
    const vtask = this.#kernel.table.get(vtid);
    // One that was ended here acts until its lane has heard of it.
    return vtask && vtask.tenant === tenant && !vtask.confirmed ? 'living' : 'gone';
  }

  /** A child of a vTask of this node is about to live on another one. False: the creator has ended already. */
  follow(tenant: string, creator: string, node: NodeId): boolean {
    const { self, table } = this.#kernel;
    const vtask = table.get(creator);
    if (vtask?.tenant !== tenant || hasEnded(vtask.state)) return false;
    if (node !== self) (vtask.childNodes ??= new Set()).add(node);
    return true;
  }

  /** The node ends: what is to be made again stays recorded, for whoever takes over. */
  close(): void {
    this.#closing = true;
    this.#restarts.close();
    for (const cancel of this.#returning.values()) cancel();
    for (const cancel of this.#retries.values()) cancel();
  }

  #handOver(vtask: VTask, restarts: number): void {
    const { tenant, vtid } = vtask;
    const name = vtask.name!;
    this.#moving.set(vtid, keyOf(tenant, name));
    this.#returning.set(vtid, () => {});
    this.#list.handOver({ tenant, name, restarts });
    this.#list.remove(tenant, name, vtid);
  }

  async #start(creation: Creation): Promise<Result<string, ErrorCode>> {
    const made = await this.#kernel.create(creation);
    const vtask = made.ok && this.#kernel.table.get(made.value);
    if (vtask && vtask.state === 'created') this.#kernel.schedule(vtask);
    return made;
  }

  async #tokenOf({ tenant, name, vtid }: VTask): Promise<number | undefined> {
    const found = await this.names.find(tenant, name!);
    if (!found.ok && found.error.tag === 'unreachable') throw new Error(found.error.val);
    if (!found.ok || !this.#isOf(found.value, tenant, vtid)) return undefined;
    return found.value.fencingToken;
  }

  /** Whether a record is of this vTask, or of an attempt of this node to make it again that came to nothing. */
  #isOf(durable: Durable, tenant: string, vtid: string): boolean {
    const { self, incarnation } = this.#kernel.components.peers;
    if (durable.vtid === vtid) return true;
    const isOurs = durable.owner === self && durable.incarnation === incarnation;
    return isOurs && this.bearingHere(tenant, durable.vtid) === 'gone';
  }

  /** Frees the name of one that has ended for good; goes on trying when it fails. @throws {unreachable} */
  #free(ended: Ended): Promise<void> {
    const { vtid, restart } = ended;
    const under = this.#freeing.get(vtid);
    if (under !== undefined) return under;
    this.#returning.get(vtid)?.();
    this.#retries.get(vtid)?.();
    this.#retries.delete(vtid);
    if (restart !== 'never') this.#returning.set(vtid, () => {});
    const freeing = this.#freeNow(ended).finally(() => this.#freeing.delete(vtid));
    this.#freeing.set(vtid, freeing);
    return freeing;
  }

  async #freeNow(ended: Ended): Promise<void> {
    const { tenant, name, vtid } = ended;
    const { clock, logger } = this.#kernel.components;
    try {
      await this.#kernel.confirmed(vtid);
      await this.names.free(tenant, name, (bearer) => this.#isOf(bearer, tenant, vtid));
    } catch (error) {
      logger.debug('a name was not freed', { name, error: String(error) });
      if (this.#closing) throw error;
      const cancel = clock.after(AGAIN_AFTER_MS, () => void this.#free(ended).catch(() => {}));
      this.#retries.set(vtid, cancel);
      throw error;
    }
    this.#returning.delete(vtid);
    this.#moving.delete(vtid);
    this.#list.remove(tenant, name, vtid);
  }
}

const endedOf = ({ tenant, name, vtid, restart }: VTask): Ended => ({
  tenant,
  name: name!,
  vtid,
  restart,
});
