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
import { printable, printableCode } from '../refusal.ts';
import { BULK, decode, encode } from '../wire-format.ts';
import { Pull } from './pull.ts';
import type { Channel, ChannelHandler } from '../channel.ts';
import type { Clock } from '../environment.ts';
import type { NodeId } from '../node-id.ts';

export interface PullWhat {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

export interface PullConnectionInit {
  readonly node: NodeId;
  readonly pullStallMs: number;
  /** The connection is gone, by whichever side; `error` is set where the peer broke the rules. */
  onGone(error?: Error): void;
}

/** The pulls on one connection with a peer, which this side has dialled. */
export class PullConnection implements ChannelHandler {
  readonly #clock: Clock;
  readonly channel: Channel;
  readonly #init: PullConnectionInit;
  readonly #pulls = new Map<number, { pull: Pull; name: string }>();
  #nextId = 1;
  #left = false;

  constructor(clock: Clock, channel: Channel, init: PullConnectionInit) {
    this.#clock = clock;
    this.channel = channel;
    this.#init = init;
    channel.handler = this;
    channel.open();
  }

  async *run(what: PullWhat, windowBytes: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const { node, pullStallMs } = this.#init;
    const { channel } = this;
    const id = this.#nextId++ >>> 0;
    const pull = new Pull(this.#clock, {
      name: what.name,
      size: what.size,
      windowBytes,
      pullStallMs,
      sendCredit: (bytes) => channel.send(BULK.credit, encode(writePullCredit, { id, bytes })),
    });
    const abort = (): void => pull.fail(signal.reason as Error);
    this.#pulls.set(id, { pull, name: what.name });
    signal.addEventListener('abort', abort, { once: true });
    try {
      signal.throwIfAborted();
      channel.send(BULK.request, encode(writePullRequest, { id, ...what, credit: windowBytes }));
      if (channel.closed) throw new NotConnectedError(node, 'its connection was lost');
      yield* pull.bytes();
    } finally {
      signal.removeEventListener('abort', abort);
      this.#pulls.delete(id);
      channel.send(BULK.cancel, encode(writePullCancel, { id })); // of one that has ended: ignored
      this.#endIfLeft();
    }
  }

  /** No pull begins on it any more: it ends with those that are under way. */
  leave(): void {
    this.#left = true;
    this.#endIfLeft();
  }

  /** At once: what is under way fails. */
  end(error: Error): void {
    if (this.channel.closed) return;
    this.channel.cutOff(error);
    this.#gone(error);
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
      const reason = printableCode(code);
      entry?.pull.fail(new PullFailedError(entry.name, reason, printable(message)));
    } else throw new UnexpectedFrameError(kind, 'from a node that serves pulls');
  }

  onClose(reason: string, error?: Error): void {
    this.#gone(new NotConnectedError(this.#init.node, reason), error);
  }

  #endIfLeft(): void {
    if (this.#left && this.#pulls.size === 0)
      this.end(new ConnectionClosedError('there is a better one'));
  }

  #gone(error: Error, violation?: Error): void {
    for (const { pull } of this.#pulls.values()) pull.fail(error);
    this.#init.onGone(violation);
  }
}
