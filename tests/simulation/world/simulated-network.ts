import type { Random } from '#kernel/random.ts';
import type { PeerConnection, Purpose, Transport } from '#p2p/connection.ts';
import { DialFailedError, DialledSelfError } from '#p2p/errors.ts';
import type { Timeline } from '#tests/p2p/registers/support/simulated-time.ts';
import { peerIdOf } from '#p2p/peer-id.ts';
import { memoryId, memoryKey } from '#tests/p2p/support/memory-network.ts';
import { ConnectionEnd } from './connection-end.ts';
import type { Process } from './process.ts';

type Accept = (purpose: Purpose, connection: PeerConnection) => void;

interface Host {
  readonly name: string;
  /** Undefined while the machine has no power: nothing at all answers there. */
  listening: { readonly process: Process; readonly accept: Accept } | undefined;
  powered: boolean;
}

/** A dial that has not come to an end. */
interface Dial {
  readonly process: Process;
  /** It has, or its process: the signal that would have ended it is let go of. */
  readonly over: () => void;
}

const USUAL_MS = 1;
const REFUSED_MS = 0.5;

/**
 * Connections between machines as TCP has them: bytes arrive in order, late, or after a cut is mended; what is cut stays
 * open until one of the ends gives it up, and a process that ends takes its connections with it.
 */
export class SimulatedNetwork {
  readonly timeline: Timeline;
  readonly #random: Random;
  readonly #hosts = new Map<string, Host>();
  readonly #cut = new Set<string>();
  readonly #ends = new Set<ConnectionEnd>();
  readonly #dials = new Set<Dial>();
  /** A way takes up to so long; mostly much less. */
  slowMs = USUAL_MS;

  constructor(timeline: Timeline, random: Random) {
    this.timeline = timeline;
    this.#random = random;
  }

  /** The network as one process of a machine has it. */
  transport(name: string, process: Process): Transport {
    const self = memoryId(name);
    const host = this.#host(name);
    return {
      self,
      addresses: [addressOf(name)],
      isAddress: (text) => text.startsWith('simulated:'),
      accept: (accept) => void (host.listening = { process, accept }),
      dial: (to, purpose, signal) => this.#dial(host, process, to, purpose, signal),
      [Symbol.asyncDispose]: () => {
        if (host.listening?.process === process) host.listening = undefined;
        return Promise.resolve();
      },
    };
  }

  isCut(from: string, to: string): boolean {
    return this.#cut.size > 0 && this.#cut.has(`${from} ${to}`);
  }

  /** Nothing gets from one to the other. */
  cut(from: string, to: string): void {
    this.#cut.add(`${from} ${to}`);
  }

  mend(from: string, to: string): void {
    this.#cut.delete(`${from} ${to}`);
    for (const end of this.#ends)
      if (end.host === from && end.peer === to) end.mended(this.delayMs());
      else if (end.host === to && end.peer === from) this.#tellOrphan(end);
  }

  mendAll(): void {
    for (const way of this.#cut) {
      const [from, to] = way.split(' ') as [string, string];
      this.mend(from, to);
    }
  }

  /** As fast as it usually is. */
  recover(): void {
    this.slowMs = USUAL_MS;
  }

  /** All connections between two break. */
  breakBetween(one: string, other: string): void {
    for (const end of this.#ends)
      if (end.host === one && end.peer === other) end.lose('the connection was broken');
    for (const end of this.#ends)
      if (end.host === other && end.peer === one) end.lose('the connection was broken');
  }

  /** How long something takes on its way. */
  delayMs(): number {
    return 0.05 + this.#random.next() ** 4 * this.slowMs;
  }

  /** A process has ended; its machine's system says so to the others, unless it has no power. */
  ended(name: string, process: Process, powered: boolean): void {
    const host = this.#host(name);
    host.powered = powered;
    if (host.listening?.process === process) host.listening = undefined;
    for (const end of this.#ends) {
      if (end.host !== name || end.thread.process !== process) continue;
      this.#ends.delete(end);
      end.vanish(powered, this.delayMs());
    }
    for (const dial of this.#dials) if (dial.process === process) dial.over();
  }

  /** The machine has power again: whoever still sends to what was there is told. */
  poweredOn(name: string): void {
    this.#host(name).powered = true;
    for (const end of this.#ends) if (end.peer === name) this.#tellOrphan(end);
  }

  forget(end: ConnectionEnd): void {
    this.#ends.delete(end);
  }

  /** The system of the other machine answers for a process that is no more. */
  #tellOrphan(end: ConnectionEnd): void {
    if (!end.orphaned || !this.#host(end.peer).powered || this.isCut(end.peer, end.host)) return;
    end.thread.later(this.delayMs(), () => end.lose('nobody is at the other end any more'));
  }

  #host(name: string): Host {
    const host = this.#hosts.get(name) ?? { name, listening: undefined, powered: true };
    this.#hosts.set(name, host);
    return host;
  }

  #dial(
    from: Host,
    process: Process,
    address: string,
    purpose: Purpose,
    signal: AbortSignal,
  ): Promise<PeerConnection> {
    const to = this.#host(address.slice(addressOf('').length));
    const { main } = process;
    return new Promise((resolve, reject) => {
      const fail = (why: unknown): void => refuse(new DialFailedError(address, why));
      const abort = (): void => fail(signal.reason);
      // A signal that stands for several is kept by the engine for as long as somebody listens, and with it this whole world.
      const over = (): void => {
        this.#dials.delete(dial);
        signal.removeEventListener('abort', abort);
      };
      const dial: Dial = { process, over };
      const refuse = (error: Error): void => {
        over();
        reject(error);
      };
      if (signal.aborted) return abort();
      signal.addEventListener('abort', abort);
      this.#dials.add(dial);
      this.timeline.after(this.delayMs(), () => {
        if (this.isCut(from.name, to.name) || !to.powered) return; // nobody ever answers
        const { listening } = to;
        if (!listening)
          return main.later(REFUSED_MS, () => fail(new Error('nobody listens there')));
        if (listening.process === process)
          return main.later(REFUSED_MS, () => refuse(new DialledSelfError(address)));
        listening.process.main.later(0, () => {
          if (signal.aborted || this.isCut(to.name, from.name)) return;
          const peerId = peerIdOf(memoryKey(to.name).publicKey);
          const near = new ConnectionEnd(this, main, [from.name, to.name], peerId, true);
          const far = new ConnectionEnd(
            this,
            listening.process.main,
            [to.name, from.name],
            peerIdOf(memoryKey(from.name).publicKey),
            false,
          );
          near.join(far);
          for (const end of [near, far]) this.#ends.add(end);
          listening.accept(purpose, far);
          main.later(this.delayMs(), () => {
            if (signal.aborted) near.cutOff(new DialFailedError(address, signal.reason));
            over();
            resolve(near);
          });
        });
      });
    });
  }
}

export function addressOf(name: string): string {
  return `simulated:${name}`;
}
