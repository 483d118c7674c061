import { ConnectionClosedError } from '../errors.ts';
import { windowFor } from './credit.ts';
import { PullConnection, type PullWhat } from './pull-connection.ts';
import { abortable, Turns } from './turns.ts';
import { isRelayed } from '../connection.ts';
import type { Channel } from '../channel.ts';
import type { Clock } from '../environment.ts';
import type { NodeId } from '../node-id.ts';

/** Of pulls, at a time from one peer, so that few bytes are here unconsumed; others wait. */
export const MAX_PULLS = 16;
/** Of those that wait for bytes that are not there yet: twice as many, as most of them do nothing. */
export const MAX_WAITING_PULLS = 32;
const IDLE_MS = 30_000; // after which the connection is given back

export interface PullerInit {
  node: NodeId;
  pullStallMs: number;
  /** The shortest round trip with the peer so far. */
  roundTripUs(): number;
  /** Dials the peer. The handler of the channel is the puller's to set; it is not open yet. */
  connect(): Promise<Channel>;
  /** The peer broke the rules. */
  onCutOff(error: Error): void;
}

/** All pulls from one peer, on one connection that is dialled when it is needed. */
export class Puller {
  readonly #clock: Clock;
  readonly #init: PullerInit;
  readonly #turns = new Turns(MAX_PULLS);
  readonly #waitingTurns = new Turns(MAX_WAITING_PULLS);
  #connecting: Promise<PullConnection> | undefined;
  #connection: PullConnection | undefined;
  /** With those that were left while pulls were on them. */
  readonly #connections = new Set<PullConnection>();
  #moves = 0;
  #cancelIdle: (() => void) | undefined;
  #closedFor: Error | undefined;

  constructor(clock: Clock, init: PullerInit) {
    this.#clock = clock;
    this.#init = init;
  }

  /** @param waits for bytes that may not be there yet: that does not hold up the others */
  async *pull(what: PullWhat, waits: boolean, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const turns = waits ? this.#waitingTurns : this.#turns;
    await turns.enter(signal);
    this.#cancelIdle?.();
    this.#cancelIdle = undefined;
    try {
      const connection = await this.#connected(signal);
      const windowBytes = windowFor(this.#init.roundTripUs(), turns.taken);
      yield* connection.run(what, windowBytes, signal);
    } finally {
      turns.leave();
      this.#rest();
    }
  }

  /** The peer can be dialled without a relay now: the next pull does so. Those that are under way go on as they are. */
  moved(): void {
    this.#moves++;
    const connection = this.#connection;
    if (connection === undefined || !isRelayed(connection.channel)) return;
    this.#connection = undefined;
    connection.leave();
  }

  /** For good: all pulls fail. */
  close(error: Error): void {
    this.#closedFor = error;
    this.#cancelIdle?.();
    this.#hangUp(error);
  }

  #connected(signal: AbortSignal): Promise<PullConnection> {
    if (this.#connection !== undefined) return Promise.resolve(this.#connection);
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = undefined;
    });
    return abortable(this.#connecting, signal);
  }

  async #connect(): Promise<PullConnection> {
    const moves = this.#moves;
    const channel = await this.#init.connect();
    if (this.#closedFor !== undefined) {
      channel.cutOff(this.#closedFor);
      throw this.#closedFor;
    }
    if (moves !== this.#moves && isRelayed(channel)) {
      channel.cutOff(new ConnectionClosedError('there is a better way by now'));
      return this.#connect();
    }
    this.#connection = this.#take(channel);
    return this.#connection;
  }

  #take(channel: Channel): PullConnection {
    const connection: PullConnection = new PullConnection(this.#clock, channel, {
      ...this.#init,
      onGone: (error) => {
        this.#connections.delete(connection);
        if (this.#connection === connection) this.#connection = undefined;
        if (error !== undefined) this.#init.onCutOff(error);
      },
    });
    this.#connections.add(connection);
    return connection;
  }

  #rest(): void {
    const active = this.#turns.taken + this.#waitingTurns.taken;
    if (active > 0 || this.#closedFor !== undefined) return;
    this.#cancelIdle = this.#clock.after(IDLE_MS, () =>
      this.#hangUp(new ConnectionClosedError('it was idle')),
    );
  }

  #hangUp(error: Error): void {
    for (const connection of this.#connections) connection.end(error);
  }
}
