import type {
  AcceptorNews,
  Configuration,
  RegisterFrame,
} from '#posiv-wit/generated/p2p/registers.ts';
import type { Clock, Logger, Random } from '../environment.ts';
import type { Tick } from '../outbox.ts';
import type { AcceptorCandidate } from './acceptor-choice.ts';
import { AcceptorKeeper } from './acceptor-keeper.ts';
import { AcceptorLog, type AcceptorLogComponents } from './acceptor-log.ts';
import { AcceptorService } from './acceptor-service.ts';
import { firstConfiguration, nodeOf } from './configuration.ts';
import type { Decide, Outcome } from './outcome.ts';
import { Proposer } from './proposer.ts';
import { decodeFrame, encodeFrame } from './register-frames.ts';

// A reboot is no loss; to replace an acceptor every register is written anew.
const LOST_AFTER_MS = 30_000;

export interface RegisterServiceComponents {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly tick: Tick;
  readonly openJournal: AcceptorLogComponents['openJournal'];
  /** Sends a frame to another node; it may be lost. */
  readonly send: (node: string, frame: Uint8Array) => void;
  /** Every member of the cluster, this node included. */
  readonly members: () => readonly Omit<AcceptorCandidate, 'acceptor'>[];
  /** Another node says that this cluster has no acceptors, and where it keeps its registers. */
  readonly onElsewhere?: (where: string) => void;
}

export interface RegisterServiceInit {
  readonly cluster: string;
  readonly node: string;
  /** Counts the node's starts: no two of them may propose under one name. */
  readonly incarnation: number;
  /** Whether this node is to be the only acceptor at first, unless it has been one before. Of a cluster one node ever, once. */
  readonly founding: boolean;
  /** Of silence, after which an acceptor is replaced. Default 30,000. */
  readonly lostAfterMs?: number;
}

/**
 * A node's part in the registers: its acceptor, its proposer, and what keeps the cluster in acceptors. Whoever knows of no
 * configuration yet waits for another node to tell.
 */
export class RegisterService implements AsyncDisposable {
  readonly #components: RegisterServiceComponents;
  readonly #init: RegisterServiceInit;
  readonly #log: AcceptorLog;
  readonly #acceptor: AcceptorService;
  readonly #acceptorOf = new Map<string, string>();
  readonly #known = Promise.withResolvers<Proposer>();
  #proposer: Proposer | undefined;
  #keeper: AcceptorKeeper | undefined;

  private constructor(
    components: RegisterServiceComponents,
    init: RegisterServiceInit,
    log: AcceptorLog,
  ) {
    this.#components = components;
    this.#init = init;
    this.#log = log;
    this.#acceptorOf.set(init.node, log.id);
    const { tick } = components;
    this.#acceptor = new AcceptorService({
      log,
      tick,
      send: (to, frame) => this.#send(to, frame),
      onConfigured: (configuration) => this.#adopt(configuration),
    });
    if (log.acceptor.configuration !== undefined) this.#adopt(log.acceptor.configuration);
  }

  /** @throws {acceptor-log-malformed} {acceptor-log-foreign} and what `openJournal` throws */
  static async open(
    components: RegisterServiceComponents,
    init: RegisterServiceInit,
  ): Promise<RegisterService> {
    const { cluster, node, founding } = init;
    const log = await AcceptorLog.open(components, { cluster, node });
    if (founding && log.acceptor.configuration === undefined)
      await log.append({ tag: 'configured', val: firstConfiguration([log.id]) });
    return new RegisterService(components, init, log);
  }

  /** The newest that this node has heard of; undefined while it has heard of none. */
  get configuration(): Configuration | undefined {
    return this.#proposer?.configuration;
  }

  /** As the proposer's. Unavailable also where no configuration is known in time. */
  async read(key: string, timeoutMs: number): Promise<Outcome> {
    const proposer = this.#proposer ?? (await this.#within(timeoutMs));
    return proposer?.read(key, timeoutMs) ?? { tag: 'unavailable' };
  }

  /** As the proposer's. Unavailable also where no configuration is known in time. */
  async change(key: string, decide: Decide, timeoutMs: number): Promise<Outcome> {
    const proposer = this.#proposer ?? (await this.#within(timeoutMs));
    return proposer?.change(key, decide, timeoutMs) ?? { tag: 'unavailable' };
  }

  /** Takes a frame of another node. @throws {malformed-register-frame} */
  receive(from: string, bytes: Uint8Array): void {
    const frame = decodeFrame(bytes);
    switch (frame.tag) {
      case 'requests':
        this.#acceptor.receive(from, frame.val);
        break;
      case 'answers':
        this.#proposer?.receive(from, frame.val);
        break;
      case 'news':
        this.#hear(from, frame.val);
        break;
      case 'elsewhere':
        this.#components.onElsewhere?.(frame.val);
    }
  }

  /** Another node can be reached. */
  up(node: string): void {
    this.#tell(node);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#keeper?.[Symbol.dispose]();
    this.#proposer?.[Symbol.dispose]();
    await this.#log[Symbol.asyncDispose]();
  }

  #hear(from: string, { acceptor, configuration }: AcceptorNews): void {
    if (acceptor !== undefined && nodeOf(acceptor) === from) this.#acceptorOf.set(from, acceptor);
    if (configuration !== undefined) this.#adopt(configuration);
    const ours = this.configuration?.epoch ?? 0;
    if (ours > (configuration?.epoch ?? 0)) this.#tell(from);
  }

  #adopt(configuration: Configuration): void {
    if (this.#proposer !== undefined) {
      this.#proposer.adopt(configuration);
      return;
    }
    const { clock, random, logger, tick } = this.#components;
    const { node, incarnation, lostAfterMs = LOST_AFTER_MS } = this.#init;
    const proposer = new Proposer(
      {
        clock,
        random,
        tick,
        send: (to, frame) => this.#send(to, frame),
        onAdopted: ({ acceptors }) => {
          // There are few of them, and each tells all.
          if (acceptors.includes(this.#log.id)) this.#tellAll();
        },
      },
      { proposer: `${node}/${incarnation}`, configuration },
    );
    this.#proposer = proposer;
    this.#keeper = new AcceptorKeeper(
      { clock, logger, proposer, members: () => this.#candidates() },
      { node, lostAfterMs },
    );
    this.#known.resolve(proposer);
    this.#tellAll();
  }

  #candidates(): AcceptorCandidate[] {
    return this.#components
      .members()
      .map((member) => ({ ...member, acceptor: this.#acceptorOf.get(member.node) }));
  }

  #tellAll(): void {
    for (const { node, reachable } of this.#components.members())
      if (reachable && node !== this.#init.node) this.#tell(node);
  }

  #tell(node: string): void {
    const news = { acceptor: this.#log.id, configuration: this.configuration };
    this.#send(node, encodeFrame({ tag: 'news', val: news } satisfies RegisterFrame));
  }

  #send(to: string, frame: Uint8Array): void {
    const { tick, send } = this.#components;
    if (to === this.#init.node) tick(() => this.receive(to, frame));
    else send(to, frame);
  }

  async #within(timeoutMs: number): Promise<Proposer | undefined> {
    const late = Promise.withResolvers<undefined>();
    const cancel = this.#components.clock.after(timeoutMs, () => late.resolve(undefined));
    const known = await Promise.race([this.#known.promise, late.promise]);
    cancel();
    return known;
  }
}
