import { setTimeout as sleep } from 'node:timers/promises';
import type { PosivClient } from '#node/control/client.ts';
import type { Entry } from '#posiv-wit/generated/kernel.ts';
import { codeOf, MachineNotThereError } from '../errors.ts';
import { logEntries } from '../follow-log.ts';
import type { MachineInfo, MachineMaster } from './master.ts';
import { endOfConsole, type } from './typing.ts';

const ASK_EVERY_MS = 200;
/** In which a master that is being made anew somewhere is there again. */
const MASTER_WITHIN_MS = 60_000;
/** In these states a machine has an agent soon. */
const BETWEEN: ReadonlySet<string> = new Set(['waiting', 'starting', 'moving', 'leaving']);
/** Who is typed to has ended, and there may be another. */
const GONE: ReadonlySet<string | undefined> = new Set(['no-such-task', 'task-died']);
/** The same of the master. */
const AWAY: ReadonlySet<string | undefined> = new Set([...GONE, 'unreachable', 'timeout']);

export interface SeatComponents {
  readonly client: PosivClient;
  /** The tenant's master, whoever that is by now. */
  readonly nextMaster: () => Promise<MachineMaster>;
  readonly signal: AbortSignal;
  /** Told, once for each time, that the machine is on another node now, or on the same one anew. */
  readonly onMoved: (machine: MachineInfo) => Promise<void>;
}

/** A seat at the console of a machine: it goes with the machine, to whichever agent has it. */
export class Seat {
  readonly #components: SeatComponents;
  readonly #name: string;
  #vtid: string;
  #changed = Promise.withResolvers<void>();

  private constructor(components: SeatComponents, name: string, vtid: string) {
    this.#components = components;
    this.#name = name;
    this.#vtid = vtid;
  }

  /** @throws {machine-not-there} {no-such-machine} */
  static async at(name: string, master: MachineMaster, components: SeatComponents): Promise<Seat> {
    const { vtid, state } = await master.find(name);
    if (vtid === null) throw new MachineNotThereError(name, state);
    return new Seat(components, name, vtid);
  }

  /** What the console has said, and without `follow` no more; else until the machine has ended, or is taken down. */
  async *entries({
    follow,
    from = 0,
  }: {
    readonly follow: boolean;
    readonly from?: number;
  }): AsyncGenerator<Entry> {
    const { client, signal } = this.#components;
    for (let first = from; ; first = 0) {
      yield* logEntries(client, this.#vtid, { follow, signal, from: first });
      if (!follow || !(await this.#moves())) return;
    }
  }

  /** The number of the entry that comes next. */
  end(): Promise<number> {
    return endOfConsole(this.#components.client, this.#vtid);
  }

  /** Types, to whoever is there next where nobody is any more. */
  async type(bytes: Uint8Array): Promise<void> {
    for (;;) {
      const vtid = this.#vtid;
      const changed = this.#changed.promise;
      try {
        return await type(this.#components.client, vtid, bytes);
      } catch (error) {
        if (!GONE.has(codeOf(error))) throw error;
        if (this.#vtid === vtid) await changed;
      }
    }
  }

  /** @returns whether the machine has another agent now, which is waited for where it is to have one */
  async #moves(): Promise<boolean> {
    const { signal, onMoved } = this.#components;
    for (;;) {
      const machine = await this.#find();
      if (!machine) return false;
      const { vtid, state } = machine;
      // The same one: that it has ended nobody has told the master yet.
      if (vtid !== null && vtid !== this.#vtid) {
        this.#vtid = vtid;
        this.#changed.resolve();
        this.#changed = Promise.withResolvers();
        await onMoved(machine);
        return true;
      }
      if (vtid === null && !BETWEEN.has(state)) return false;
      await sleep(ASK_EVERY_MS, undefined, { signal });
    }
  }

  /** As the master has it; undefined once it is removed. @throws what the master answered last, where it stays away */
  async #find(): Promise<MachineInfo | undefined> {
    const { nextMaster, signal } = this.#components;
    for (const until = performance.now() + MASTER_WITHIN_MS; ;)
      try {
        return await (await nextMaster()).find(this.#name);
      } catch (error) {
        signal.throwIfAborted();
        const code = codeOf(error);
        if (code === 'no-such-machine') return undefined;
        if (!AWAY.has(code) || performance.now() > until) throw error;
        await sleep(ASK_EVERY_MS, undefined, { signal });
      }
  }
}
