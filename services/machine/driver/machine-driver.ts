import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DEFAULT_TENANT } from '#kernel/tenants.ts';
import type {
  Backend,
  Capability,
  Host,
  HypervisorCalls,
  Made,
  Offer,
  Snapshot,
  Spec,
} from '#posiv-wit/generated/machine.ts';
import type { MachinesCalls } from '#posiv-wit/generated/wire.ts';
import type { BackendMachine, LiveMachine, MachineEnd } from '../backends/backend-machine.ts';
import type { Backends } from '../backends/backends.ts';
import { KINDS, suits } from '../backends/kinds.ts';
import type { Agent, MachineComponents, MachineInit } from '../components.ts';
import { MachineFault, outcomeOf } from '../errors.ts';
import { MOVED } from '../exit-status.ts';
import { Offers, type Givable } from '../move/offers.ts';
import type { Links } from '../network/links.ts';
import { removeLeft, templateFolder } from '../qemu/template-folder.ts';
import { Admission } from './admission.ts';
import { Crowd } from './crowd.ts';
import type { Makers } from './makers.ts';
import { checkMost } from './backend-checks.ts';
import { checkNetworks } from './network-checks.ts';
import { stepsOf } from './steps.ts';
import { checkTemplate } from './template-checks.ts';

const MAX_TYPED_BYTES = 64 << 10;

interface Held extends Givable {
  backend: Backend;
  /** Undefined while it is looked whether there is room for it. */
  machine: BackendMachine | undefined;
  release: () => void;
  /** Set once it has been made, and while it is not being taken down. */
  made: boolean;
  cpu: string;
  /** What is being done to it, beside which nothing else can be. */
  busy: string | undefined;
  /** How it has ended by itself, if it has. */
  end: MachineEnd | undefined;
}

/** The machines of one node, each its agent's. */
export class MachineDriver implements AsyncDisposable {
  readonly #components: MachineComponents;
  readonly #folder: string;
  readonly #init: MachineInit;
  #found: Promise<Backends> | undefined;
  readonly #admission: Admission;
  readonly #offers: Offers;
  readonly #crowd: Crowd;
  readonly #held = new Map<string, Held>();
  readonly #closing = new Set<Promise<void>>();
  #makers: Makers | undefined;
  #count = 0;
  #isClosed = false;

  private constructor(components: MachineComponents, init: MachineInit) {
    const { folder } = init;
    this.#components = components;
    this.#init = init;
    this.#folder = folder;
    this.#offers = new Offers(components);
    this.#admission = new Admission(components, folder);
    this.#crowd = new Crowd(components, init.few);
  }

  /** Takes over its folder. What a node that was killed has left there and of templates goes: its machines ended with it. */
  static async open(components: MachineComponents, init: MachineInit): Promise<MachineDriver> {
    await rm(init.folder, { recursive: true, force: true });
    await mkdir(init.folder, { mode: 0o700 });
    await removeLeft(templateFolder(init.cacheDir));
    return new MachineDriver(components, init);
  }

  /** `posiv:machine/hypervisor`, for one vTask of this node. */
  callsFor(agent: Agent): HypervisorCalls {
    const machine = <T>(
      work: (machine: BackendMachine, backend: Backend) => Promise<T>,
      needs?: Capability,
    ) =>
      outcomeOf(async () => {
        const held = this.#held.get(agent.vtid);
        if (!held?.made || !held.machine)
          throw new MachineFault('no-machine', 'the caller has no machine');
        if (needs !== undefined) checkCapability(held.backend, needs);
        return work(held.machine, held.backend);
      });
    const idle = <T>(
      what: string,
      work: (machine: BackendMachine) => Promise<T>,
      needs?: Capability,
    ) => machine((each) => this.#alone(agent, what, () => work(each)), needs);
    const nothing = (work: (machine: BackendMachine) => Promise<void>) =>
      machine(async (each) => {
        await work(each);
        return undefined;
      });
    const held = (
      what: string,
      work: (machine: BackendMachine) => Promise<void>,
      needs: Capability,
    ) =>
      idle(
        what,
        async (each) => {
          await work(each);
          return undefined;
        },
        needs,
      );
    return {
      create: (spec) => outcomeOf(() => this.#create(agent, spec, undefined)),
      capabilities: () => machine(async (_, backend) => KINDS[backend].capabilities),
      pause: () => held('paused', (each) => each.pause(), 'pause'),
      resume: () => held('resumed', (each) => each.resume(), 'pause'),
      suspend: () => idle('suspended', (each) => this.#keep(agent, each, true), 'suspend'),
      stop: () => idle('stopped', (each) => this.#keep(agent, each, false)),
      takeSnapshot: () => idle('kept', (each) => liveOf(each).snapshot(), 'live'),
      migrateOut: () => machine(() => this.#offer(agent), 'live'),
      migrateIn: (spec, offer) => outcomeOf(() => this.#create(agent, spec, offer)),
      takeBack: () => nothing(() => this.#offers.takeBack(this.#held.get(agent.vtid)!)),
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

  /** What another node asks about machines that are offered here. */
  callsOf(node: string, tenant: string): Pick<MachinesCalls, 'give' | 'taken' | 'givenUp'> {
    return {
      give: (token, taker) =>
        outcomeOf(async () => {
          this.#offers.give(token, node, tenant, taker);
          return undefined;
        }),
      taken: (token) => this.#offers.taken(token, node),
      givenUp: (token) => this.#offers.givenUp(token, node),
    };
  }

  /** The connection with another node is lost. */
  nodeDown(node: string): void {
    this.#offers.nodeDown(node);
  }

  /** As `Links.carried`. */
  carried(...given: Parameters<Links['carried']>): boolean {
    return this.#makers?.links.carried(...given) ?? false;
  }

  /** What this node has for machines. */
  async report(): Promise<Omit<Host, 'node' | 'name'>> {
    const [{ usable, missing, cpus }, { memoryLimit, memoryFree, diskFree }] = await Promise.all([
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
      cpu: cpus.get(usable.find((each) => suits([each], undefined))!) ?? '',
      load: this.#components.resources.load(),
    };
  }

  /** Resolves once nothing is left of the machines that have ended by now. */
  async settled(): Promise<void> {
    await Promise.all(this.#closing);
  }

  /** Ends all machines. Their agents are not told: the node ends, and they with it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    for (const [vtid, held] of this.#held) this.#let(vtid, held);
    await Promise.all([this.settled(), this.#found]);
    await this.#makers?.[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Tried out, and their code loaded, when somebody first asks: most nodes run no machines. */
  #backends(): Promise<Backends> {
    this.#found ??= import('../backends/backends.ts').then(({ findBackends }) =>
      findBackends(this.#init.path),
    );
    return this.#found;
  }

  async #makersNow(): Promise<Makers> {
    const { Makers } = await import('./makers.ts');
    return (this.#makers ??= new Makers(this.#components, this.#init, this.#crowd));
  }

  /** @param offer of the machine that it is, which another node has; none for one that is to be made */
  async #create(agent: Agent, spec: Spec, offer: Offer | undefined): Promise<Made> {
    const { vtid } = agent;
    if (this.#isClosed) throw new MachineFault('failed', 'the node is being stopped');
    if (this.#held.has(vtid)) throw new MachineFault('refused', 'the caller has a machine already');
    checkTemplate(spec);
    checkNetworks(spec, agent.tenant);
    // Its agent may end from here on, and may not ask a second time.
    const held = this.#place(agent, spec.backend ?? 'qemu-tcg');
    const folder = join(this.#folder, `machine-${(this.#count += 1)}`);
    await using stack = new AsyncDisposableStack();
    try {
      const found = await this.#backends();
      const makers = await this.#makersNow();
      const backend = chosen(found, spec.backend);
      held.backend = backend;
      if (KINDS[backend].ownerOnly && agent.tenant !== DEFAULT_TENANT)
        throw new MachineFault('refused', `a ${backend} is for the owner of the node alone`);
      if (spec.paused) checkCapability(backend, 'pause');
      if (spec.cards.length > 0) checkCapability(backend, 'network');
      if (spec.template.image) checkCapability(backend, 'image');
      if (spec.from?.memory !== undefined) checkCapability(backend, 'suspend');
      checkMost(backend, spec.shape);
      const release = await this.#admission.admit(agent, spec.shape, KINDS[backend].overheadBytes);
      if (this.#held.get(vtid) !== held) {
        release();
        throw new MachineFault('failed', 'its agent has ended');
      }
      held.release = release;
      stepsOf(this.#components.logger, agent)('admitted');
      const machine = makers.machine(found, backend, agent, folder);
      held.machine = machine;
      if (offer === undefined) await machine.make(spec);
      else {
        const { Taking } = await import('../move/take.ts');
        const { clock, random, peers } = this.#components;
        const { tenant } = agent;
        const cpu = found.cpus.get(backend) ?? '';
        // Told last, when nothing is left of it here, where it does not go on.
        const taking = stack.use(new Taking({ folder, peers, clock, random, tenant, cpu }, offer));
        await liveOf(machine).take(spec, taking);
      }
      held.made = true;
      const { made, ended } = machine;
      this.#closes(this.#crowd.add(machine.pid!, ended));
      void ended.then((end) => this.#ended(agent, held, end));
      return made;
    } catch (error) {
      this.#let(vtid, held);
      const close = async (): Promise<void> => {
        await held.machine?.close();
        await rm(folder, { recursive: true, force: true }); // made after it was closed
      };
      await close().catch((left: unknown) => this.#warn(left));
      throw error;
    }
  }

  /** That of an agent, from the moment that it asks. */
  #place(agent: Agent, backend: Backend): Held {
    const held: Held = {
      backend,
      machine: undefined,
      release() {},
      made: false,
      busy: undefined,
      end: undefined,
      cpu: '',
      give: (wish) => liveOf(held.machine!).give(wish),
      takeBack: () => liveOf(held.machine!).takeBack(),
      moved: () => this.#moved(agent, held),
      settled: () => (held.busy = undefined),
    };
    this.#held.set(agent.vtid, held);
    return held;
  }

  /** Does something beside which nothing else is done to a machine. @throws {refused} */
  async #alone<T>({ vtid }: Agent, what: string, work: () => Promise<T>): Promise<T> {
    const held = this.#held.get(vtid)!;
    refuseBusy(held);
    held.busy = what;
    try {
      return await work();
    } finally {
      held.busy = undefined;
    }
  }

  /** It goes on meanwhile: what others take of it is said by `Offers`. @throws {refused} */
  async #offer(agent: Agent): Promise<Offer> {
    const held = this.#held.get(agent.vtid)!;
    refuseBusy(held);
    held.busy = 'moved';
    held.cpu = (await this.#backends()).cpus.get(held.backend) ?? '';
    const token = this.#offers.make(held, agent.tenant);
    stepsOf(this.#components.logger, agent)('offered');
    return { node: this.#components.peers.self, token };
  }

  /** Its agent has nothing to stand for any more. */
  #moved(agent: Agent, held: Held): void {
    stepsOf(this.#components.logger, agent)('moved');
    this.#let(agent.vtid, held);
    this.#components.agents.end(agent, { tag: 'exited', val: MOVED });
  }

  async #keep(agent: Agent, machine: BackendMachine, memory: boolean): Promise<Snapshot> {
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

  /** It has ended by itself, or was taken down. */
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
    this.#offers.withdraw(held);
    if (held.machine === undefined) return; // whoever is about to make it finds out
    const closing = held.machine.close().catch((error: unknown) => this.#warn(error));
    this.#closes(closing.then(() => held.release()));
  }

  /** Who waits for what has ended waits for this too. */
  #closes(work: Promise<void>): void {
    this.#closing.add(work);
    void work.then(() => this.#closing.delete(work));
  }

  #warn(error: unknown): void {
    this.#components.logger.warn('something of a machine is left', { error: String(error) });
  }
}

/** @throws {refused} */
function refuseBusy({ busy }: Held): void {
  if (busy !== undefined) throw new MachineFault('refused', `the machine is being ${busy}`);
}

/** @throws {no-backend} */
function chosen({ usable, missing }: Backends, wanted: Backend | undefined): Backend {
  const found = usable.find((each) => suits([each], wanted));
  if (found !== undefined) return found;
  const why = missing.filter((each) => wanted === undefined || each.startsWith(`${wanted}: `));
  throw new MachineFault('no-backend', why.join('; '));
}

/** @throws {unsupported} */
function checkCapability(backend: Backend, needed: Capability): void {
  if (KINDS[backend].capabilities.includes(needed)) return;
  throw new MachineFault(
    'unsupported',
    `${backend} cannot ${needed}; docs/machines.md says what can`,
  );
}

/** @throws {unsupported} */
function liveOf({ live }: BackendMachine): LiveMachine {
  if (live) return live;
  throw new MachineFault('unsupported', 'the backend does nothing to machines while they run');
}
