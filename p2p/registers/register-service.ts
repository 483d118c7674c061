import type {
  AcceptorNews,
  Configuration,
  RegisterFrame,
} from '#posiv-wit/generated/p2p/registers.ts';
import type { Clock, Logger, Random } from '../environment.ts';
import { codeOf, describe } from '../errors.ts';
import type { Tick } from '../outbox.ts';
import type { AcceptorCandidate } from './acceptor-choice.ts';
import { AcceptorKeeper } from './acceptor-keeper.ts';
import { AcceptorLog, type AcceptorLogComponents } from './acceptor-log.ts';
import { AcceptorService } from './acceptor-service.ts';
import { firstConfiguration, lineOf, nodeOf } from './configuration.ts';
import { RegisterUnavailableError } from './errors.ts';
import { ForcedQuorum, type Forced, type KnownElsewhere } from './forced-quorum.ts';
import { LeaseSightings, type Sighted } from './lease-sightings.ts';
import type { Decide, Outcome } from './outcome.ts';
import { Proposer } from './proposer.ts';
import { CONFIGURATION_KEY } from './reconfiguration.ts';
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
export class RegisterService implements Sighted, AsyncDisposable {
  readonly #components: RegisterServiceComponents;
  readonly #init: RegisterServiceInit;
  readonly #log: AcceptorLog;
  readonly #acceptor: AcceptorService;
  readonly #sightings: LeaseSightings;
  readonly #acceptorOf = new Map<string, string>();
  readonly #known = Promise.withResolvers<Proposer>();
  #proposer: Proposer | undefined;
  #keeper: AcceptorKeeper | undefined;
  #following: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(
    components: RegisterServiceComponents,
    init: RegisterServiceInit,
    log: AcceptorLog,
  ) {
    this.#components = components;
    this.#init = init;
    this.#log = log;
    this.#acceptorOf.set(init.node, log.id);
    const { tick, clock } = components;
    const sightings = new LeaseSightings(clock);
    this.#sightings = sightings;
    this.#acceptor = new AcceptorService({
      log,
      tick,
      send: (to, frame) => this.#send(to, frame),
      onConfigured: (configuration) => this.#adopt(configuration),
      onAccepted: (key, state) => sightings.accepted(key, state),
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

  sighted(key: string, mark: Uint8Array): number | undefined {
    return this.#sightings.sighted(key, mark);
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

  /**
   * Begins the registers anew with what can be reached of them, and with what is known elsewhere: for when more than half of
   * the acceptors are gone for good. To be done on one node, once.
   * @throws {quorum-stands} {configuration-refused} {register-unavailable}
   */
  async forceQuorum(knownElsewhere: KnownElsewhere, timeoutMs: number): Promise<Forced> {
    const proposer = this.#proposer ?? (await this.#within(timeoutMs));
    if (proposer === undefined) throw new RegisterUnavailableError(CONFIGURATION_KEY);
    const { clock, random, logger } = this.#components;
    const members = (): AcceptorCandidate[] => this.#candidates();
    const log = this.#log;
    const forcing = new ForcedQuorum({ proposer, log, clock, random, members });
    const forced = await forcing.force(knownElsewhere, timeoutMs);
    this.#renewed();
    this.#adopt(forced.configuration);
    logger.warn('a new quorum was forced', { ...forced });
    return forced;
  }

  /** Another node can be reached. */
  up(node: string): void {
    this.#tell(node);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#keeper?.[Symbol.dispose]();
    await this.#following;
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
          this.#follow();
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
    this.#follow();
  }

  /** Its own acceptor goes by the newest configuration, so that a node that is started again knows of one, whoever is there. */
  #follow(): void {
    this.#following = this.#following
      .then(() => this.#followNewest())
      .catch((error: unknown) => {
        const fields = { code: codeOf(error), reason: describe(error) };
        this.#components.logger.error('the acceptor does not follow its configuration', fields);
      });
  }

  async #followNewest(): Promise<void> {
    const newest = this.configuration;
    if (newest === undefined || this.#closed) return;
    if (this.#isOfOtherLine(newest)) {
      await this.#log.renew(() => []);
      this.#renewed();
    }
    if (newest.epoch > (this.#log.acceptor.configuration?.epoch ?? 0))
      await this.#log.append({ tag: 'configured', val: newest });
  }

  /** In a line that was forced without it an acceptor counts for nothing, and must not with what it has of another one. */
  #isOfOtherLine({ epoch, acceptors }: Configuration): boolean {
    if (acceptors.includes(this.#log.id)) return false;
    const { configuration, sealed } = this.#log.acceptor;
    if (configuration !== undefined) return lineOf(configuration.epoch) < lineOf(epoch);
    return sealed > 0;
  }

  /** From now on this node offers another acceptor. */
  #renewed(): void {
    this.#acceptorOf.set(this.#init.node, this.#log.id);
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
