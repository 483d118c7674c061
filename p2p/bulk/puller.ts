import {
  readPullChunk,
  readPullFailed,
  readPullOpened,
  writePullCancel,
  writePullCredit,
  writePullRequest,
} from '#posiv-wit/generated/p2p/bulk.ts';
import {
  ConnectionClosedError,
  NotConnectedError,
  PullFailedError,
  UnexpectedFrameError,
} from '../errors.ts';
import { BULK, decode, encode } from '../wire-format.ts';
import { windowFor } from './credit.ts';
import { Pull } from './pull.ts';
import type { Channel, ChannelHandler } from '../channel.ts';
import type { Clock } from '../environment.ts';
import type { NodeId } from '../node-id.ts';

const MAX_PULLS = 16; // at a time from one peer, so that few bytes are here unconsumed; others wait
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

export interface PullWhat {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

/** All pulls from one peer, on one connection that is dialled when it is needed. */
export class Puller implements ChannelHandler {
  readonly #clock: Clock;
  readonly #init: PullerInit;
  readonly #pulls = new Map<number, { pull: Pull; name: string }>();
  readonly #waiting: (() => void)[] = [];
  #connecting: Promise<Channel> | undefined;
  #channel: Channel | undefined;
  #active = 0;
  #nextId = 1;
  #cancelIdle: (() => void) | undefined;
  #closedFor: Error | undefined;

  constructor(clock: Clock, init: PullerInit) {
    this.#clock = clock;
    this.#init = init;
  }

  async *pull(what: PullWhat, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    await this.#enter(signal);
    try {
      const channel = await this.#connected(signal);
      yield* this.#run(channel, what, signal);
    } finally {
      this.#leave();
    }
  }

  /** For good: all pulls fail. */
  close(error: Error): void {
    this.#closedFor = error;
    this.#cancelIdle?.();
    this.#hangUp(error);
  }

  onFrame(kind: number, body: Uint8Array): void {
    // A pull that is unknown was cancelled here: what was on its way is dropped.
    if (kind === BULK.chunk) {
      const { id, bytes } = decode(readPullChunk, body);
      this.#pulls.get(id)?.pull.chunk(bytes);
    } else if (kind === BULK.opened) {
      const { id, size } = decode(readPullOpened, body);
      this.#pulls.get(id)?.pull.opened(size);
    } else if (kind === BULK.failed) {
      const { id, code, message } = decode(readPullFailed, body);
      const entry = this.#pulls.get(id);
      entry?.pull.fail(new PullFailedError(entry.name, code, message));
    } else throw new UnexpectedFrameError(kind, 'from a node that serves pulls');
  }

  onClose(reason: string, error?: Error): void {
    if (error !== undefined) this.#init.onCutOff(error);
    this.#forget(new NotConnectedError(this.#init.node, reason));
  }

  async *#run(channel: Channel, what: PullWhat, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const id = this.#nextId++ >>> 0;
    const windowBytes = windowFor(this.#init.roundTripUs(), this.#active);
    const pull = new Pull(this.#clock, {
      name: what.name,
      size: what.size,
      windowBytes,
      pullStallMs: this.#init.pullStallMs,
      sendCredit: (bytes) => channel.send(BULK.credit, encode(writePullCredit, { id, bytes })),
    });
    const abort = (): void => pull.fail(signal.reason as Error);
    this.#pulls.set(id, { pull, name: what.name });
    signal.addEventListener('abort', abort, { once: true });
    try {
      signal.throwIfAborted();
      channel.send(BULK.request, encode(writePullRequest, { id, ...what, credit: windowBytes }));
      if (channel.closed) throw new NotConnectedError(this.#init.node, 'its connection was lost');
      yield* pull.bytes();
    } finally {
      signal.removeEventListener('abort', abort);
      this.#pulls.delete(id);
      channel.send(BULK.cancel, encode(writePullCancel, { id })); // of one that has ended: ignored
    }
  }

  #connected(signal: AbortSignal): Promise<Channel> {
    if (this.#channel !== undefined) return Promise.resolve(this.#channel);
    this.#connecting ??= this.#init
      .connect()
      .then((channel) => {
        if (this.#closedFor !== undefined) {
          channel.cutOff(this.#closedFor);
          throw this.#closedFor;
        }
        this.#channel = channel;
        channel.handler = this;
        channel.open();
        return channel;
      })
      .finally(() => {
        this.#connecting = undefined;
      });
    return abortable(this.#connecting, signal);
  }

  async #enter(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.#cancelIdle?.();
    this.#cancelIdle = undefined;
    if (this.#active < MAX_PULLS) {
      this.#active++;
      return;
    }
    const turn = Promise.withResolvers<void>();
    this.#waiting.push(turn.resolve); // whoever leaves hands its place over
    try {
      await abortable(turn.promise, signal);
    } catch (error) {
      const at = this.#waiting.indexOf(turn.resolve);
      if (at >= 0) this.#waiting.splice(at, 1);
      else this.#leave(); // it was handed over at the same moment
      throw error;
    }
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next !== undefined) {
      next();
      return;
    }
    this.#active--;
    if (this.#active > 0 || this.#closedFor !== undefined) return;
    this.#cancelIdle = this.#clock.after(IDLE_MS, () =>
      this.#hangUp(new ConnectionClosedError('it was idle')),
    );
  }

  #hangUp(error: Error): void {
    this.#channel?.cutOff(error);
    this.#forget(error);
  }

  #forget(error: Error): void {
    this.#channel = undefined;
    for (const { pull } of this.#pulls.values()) pull.fail(error);
  }
}

async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
