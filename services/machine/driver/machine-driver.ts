import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host, HypervisorCalls, Snapshot, Spec, Stats } from '#posiv-wit/generated/machine.ts';
import type { Agent, MachineComponents, MachineInit } from '../components.ts';
import { MachineFault, outcomeOf } from '../errors.ts';
import { findBackends, type Backends } from '../qemu/backends.ts';
import { TemplateCache } from '../qemu/template-cache.ts';
import { Admission } from './admission.ts';
import { BootFileCache } from './boot-files.ts';
import { Machine, type MachineEnd, type MachineParts } from './machine.ts';

const MAX_TYPED_BYTES = 64 << 10;

interface Held {
  /** Undefined while it is looked whether there is room for it. */
  machine: Machine | undefined;
  release: () => void;
  /** Set once it has been made, and while it is not being taken down. */
  made: boolean;
  /** How QEMU has ended by itself, if it has. */
  end: MachineEnd | undefined;
}

/** The machines of one node, each its agent's. */
export class MachineDriver implements AsyncDisposable {
  readonly #components: MachineComponents;
  readonly #folder: string;
  readonly #path: string;
  #found: Promise<Backends> | undefined;
  readonly #bootFiles: BootFileCache;
  readonly #admission: Admission;
  readonly #held = new Map<string, Held>();
  readonly #closing = new Set<Promise<void>>();
  readonly #cacheDir: string;
  #templates: TemplateCache | undefined;
  #count = 0;
  #isClosed = false;

  private constructor(components: MachineComponents, { folder, cacheDir, path }: MachineInit) {
    this.#components = components;
    this.#folder = folder;
    this.#cacheDir = cacheDir;
    this.#bootFiles = new BootFileCache(folder);
    this.#admission = new Admission(components, folder);
    this.#path = path;
  }

  /** Takes over its folder. What machines of a node that was killed have left there goes: they ended with it. */
  static async open(components: MachineComponents, init: MachineInit): Promise<MachineDriver> {
    await rm(init.folder, { recursive: true, force: true });
    await mkdir(init.folder, { mode: 0o700 });
    return new MachineDriver(components, init);
  }

  /** `posiv:machine/hypervisor`, for one vTask of this node. */
  callsFor(agent: Agent): HypervisorCalls {
    const machine = <T>(work: (machine: Machine) => Promise<T>) =>
      outcomeOf(async () => {
        const held = this.#held.get(agent.vtid);
        if (!held?.made || !held.machine)
          throw new MachineFault('no-machine', 'the caller has no machine');
        return work(held.machine);
      });
    const nothing = (work: (machine: Machine) => Promise<void>) =>
      machine(async (each) => {
        await work(each);
        return undefined;
      });
    return {
      create: (spec) => outcomeOf(() => this.#create(agent, spec)),
      pause: () => nothing((each) => each.pause()),
      resume: () => nothing((each) => each.resume()),
      suspend: () => machine((each) => this.#keep(agent, each, true)),
      stop: () => machine((each) => this.#keep(agent, each, false)),
      writeConsole: (bytes) =>
        nothing(async (each) => {
          if (bytes.length > MAX_TYPED_BYTES)
            throw new MachineFault('refused', `at most ${MAX_TYPED_BYTES} bytes at once`);
          await each.type(bytes);
        }),
      stats: () => machine((each) => each.stats()),
    };
  }

  /** A vTask has ended: if it was an agent, so does its machine. */
  agentEnded(vtid: string): void {
    const held = this.#held.get(vtid);
    if (held) this.#let(vtid, held);
  }

  /** What this node has for machines. */
  async report(): Promise<Omit<Host, 'node' | 'name'>> {
    const [{ usable, missing }, { memoryLimit, memoryFree, diskFree }] = await Promise.all([
      this.#backends(),
      this.#admission.room(),
    ]);
    return {
      backends: usable,
      missing,
      machines: this.#held.size,
      memoryLimit,
      memoryUsed: Math.max(0, memoryLimit - Math.max(0, memoryFree)),
      diskFree,
    };
  }

  /** Ends all machines. Their agents are not told: the node ends, and they with it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    for (const [vtid, held] of this.#held) this.#let(vtid, held);
    await Promise.all([...this.#closing, this.#found]);
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Tried out when somebody first asks: most nodes run no machines. */
  #backends(): Promise<Backends> {
    this.#found ??= findBackends(this.#path);
    return this.#found;
  }

  async #create(agent: Agent, spec: Spec): Promise<Stats> {
    const { vtid } = agent;
    if (this.#isClosed) throw new MachineFault('failed', 'the node is being stopped');
    if (this.#held.has(vtid)) throw new MachineFault('refused', 'the caller has a machine already');
    const ready = new TextEncoder().encode(spec.template.ready).length;
    if (ready < 1 || ready > 128)
      throw new MachineFault('refused', `ready has ${ready} bytes: 1 to 128`);
    // Its agent may end from here on, and may not ask a second time.
    const held: Held = { machine: undefined, release() {}, made: false, end: undefined };
    this.#held.set(vtid, held);
    const folder = join(this.#folder, `machine-${(this.#count += 1)}`);
    try {
      const parts = await this.#parts();
      const release = await this.#admission.admit(agent, spec.shape);
      if (this.#held.get(vtid) !== held) {
        release();
        throw new MachineFault('failed', 'its agent has ended');
      }
      held.release = release;
      const machine = new Machine(parts, agent, folder);
      held.machine = machine;
      await machine.make(spec);
      const stats = await machine.stats();
      held.made = true;
      void machine.ended.then((end) => this.#ended(agent, held, end));
      return stats;
    } catch (error) {
      this.#let(vtid, held);
      await held.machine?.close();
      await rm(folder, { recursive: true, force: true }); // made after it was closed
      throw error;
    }
  }

  async #parts(): Promise<MachineParts> {
    const { qemu, usable, missing } = await this.#backends();
    const [backend] = usable;
    if (!qemu || backend === undefined) throw new MachineFault('no-backend', missing.join('; '));
    const { clock, agents, blobs } = this.#components;
    this.#templates ??= new TemplateCache(qemu, clock, this.#cacheDir);
    const [templates, bootFiles] = [this.#templates, this.#bootFiles];
    return { clock, agents, blobs, qemu, backend, templates, bootFiles };
  }

  async #keep(agent: Agent, machine: Machine, memory: boolean): Promise<Snapshot> {
    const held = this.#held.get(agent.vtid)!;
    held.made = false; // nothing else is done to it meanwhile, and its end is no surprise
    try {
      const snapshot = await machine.keep({ memory });
      this.#let(agent.vtid, held);
      return snapshot;
    } catch (error) {
      held.made = true;
      if (held.end) this.#ended(agent, held, held.end);
      throw error;
    }
  }

  /** QEMU has ended by itself, or was taken down. */
  #ended(agent: Agent, held: Held, end: MachineEnd): void {
    held.end = end;
    if (this.#held.get(agent.vtid) !== held || !held.made) return;
    this.#let(agent.vtid, held);
    const { off, why } = end;
    const { agents, logger } = this.#components;
    logger.info('a machine has ended', { agent: agent.vtid, why });
    agents.end(agent, off ? { tag: 'exited', val: 0 } : { tag: 'failed', val: why });
  }

  #let(vtid: string, held: Held): void {
    if (this.#held.get(vtid) !== held) return;
    this.#held.delete(vtid);
    if (held.machine === undefined) return; // whoever is about to make it finds out
    const closing = held.machine.close().catch((error: unknown) => {
      this.#components.logger.warn('something of a machine is left', { error: String(error) });
    });
    this.#closing.add(closing);
    void closing.then(() => {
      this.#closing.delete(closing);
      held.release();
    });
  }
}
