import type { Configuration } from '#posiv-wit/generated/p2p/registers.ts';
import type { Random } from '#p2p/environment.ts';
import { AcceptorLog } from '#p2p/registers/acceptor-log.ts';
import { AcceptorService } from '#p2p/registers/acceptor-service.ts';
import { LeaseSightings } from '#p2p/registers/lease-sightings.ts';
import { Proposer } from '#p2p/registers/proposer.ts';
import { decodeFrame } from '#p2p/registers/register-frames.ts';
import type { Disk } from '#services/vstore/disk/disk.ts';
import { openJournal } from '#services/vstore/journal.ts';
import { hastyJournal, isPromise, type Bug } from './planted-bugs.ts';
import type { SimulatedDisk } from './simulated-disk.ts';
import type { ProcessClock, Timeline } from './simulated-time.ts';

export interface SimulatedNodeComponents {
  readonly timeline: Timeline;
  readonly random: Random;
  readonly disk: SimulatedDisk;
  readonly send: (from: string, to: string, frame: Uint8Array) => void;
}

export interface SimulatedNodeInit {
  readonly name: string;
  /** How fast its clock runs. */
  readonly rate: number;
  readonly bug?: Bug | undefined;
}

const COMPACT_FROM_BYTES = 4 * 1024; // so that it happens often
const JOURNAL = 'acceptor.journal';

/** One process of a node: its acceptor and its proposer, between a simulated disk and network. */
export class SimulatedNode {
  readonly name: string;
  readonly clock: ProcessClock;
  readonly log: AcceptorLog;
  readonly proposer: Proposer;
  readonly sightings: LeaseSightings;
  readonly #service: AcceptorService;

  private constructor(
    components: SimulatedNodeComponents,
    init: SimulatedNodeInit,
    clock: ProcessClock,
    log: AcceptorLog,
    configuration: Configuration,
    start: number,
  ) {
    const { random, timeline, send } = components;
    this.name = init.name;
    this.clock = clock;
    this.log = log;
    this.sightings = new LeaseSightings(clock);
    const tick = (run: () => void): void => void timeline.after(0, () => clock.alive && run());
    const sendFrame = (to: string, frame: Uint8Array): void => {
      if (clock.alive) send(init.name, to, frame);
    };
    this.#service = new AcceptorService({
      log,
      tick,
      send: sendFrame,
      onConfigured: (newer) => this.proposer.adopt(newer),
      onAccepted: (key, state) => this.sightings.accepted(key, state),
    });
    const marks: Random = { next: () => random.next(), bytes: (count) => new Uint8Array(count) };
    const proposer = `${init.name}/${start}`;
    this.proposer = new Proposer(
      { clock, random: init.bug === 'marks-alike' ? marks : random, tick, send: sendFrame },
      { proposer, configuration, resendMs: 40 },
    );
    if (log.acceptor.configuration !== undefined) this.proposer.adopt(log.acceptor.configuration);
  }

  /** @param start counts the node's starts */
  static async start(
    components: SimulatedNodeComponents,
    init: SimulatedNodeInit,
    clock: ProcessClock,
    start: number,
    configuration: (acceptor: string) => Configuration,
  ): Promise<SimulatedNode> {
    const { random, disk } = components;
    const { bug, name } = init;
    const mounted = disk.mount(clock) as Disk;
    const log = await AcceptorLog.open(
      {
        random,
        logger: { warn: () => undefined },
        openJournal: async (replay) => {
          const journal = await openJournal(
            { disk: mounted, random },
            {
              path: JOURNAL,
              replay: (bytes) => {
                if (bug !== 'promise-forgotten' || !isPromise(bytes)) replay(bytes);
              },
            },
          );
          if (bug === 'promise-not-synced') return hastyJournal(journal, 'promised');
          if (bug === 'accept-not-synced') return hastyJournal(journal, 'accepted');
          return journal;
        },
      },
      { cluster: 'simulated', node: name, compactFromBytes: COMPACT_FROM_BYTES },
    );
    return new SimulatedNode(components, init, clock, log, configuration(log.id), start);
  }

  receive(from: string, bytes: Uint8Array): void {
    const frame = decodeFrame(bytes);
    if (frame.tag === 'requests') this.#service.receive(from, frame.val);
    else if (frame.tag === 'answers') this.proposer.receive(from, frame.val);
  }

  kill(): void {
    this.clock.alive = false;
  }
}
