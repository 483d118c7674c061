import { Writer } from '#posiv-wit/codec/writer.ts';
import { pipe } from 'it-pipe';
import {
  readPullCancel,
  readPullCredit,
  readPullRequest,
  writePullChunk,
  writePullFailed,
  writePullOpened,
  type PullRequest,
} from '#posiv-wit/generated/p2p/bulk.ts';
import {
  codeOf,
  ConnectionClosedError,
  describe,
  MalformedFrameError,
  PullSizeError,
  PullUntakenError,
  StrangerError,
  UnexpectedFrameError,
  UnreadAnswersError,
} from '../errors.ts';
import { printableCode } from '../refusal.ts';
import { BULK, decode, encode, MAX_CHUNK_BYTES } from '../wire-format.ts';
import { Credit } from './credit.ts';
import { pieces } from './pieces.ts';
import { MAX_PULLS, MAX_WAITING_PULLS } from './puller.ts';
import type { Channel, ChannelHandler } from '../channel.ts';
import type { Clock } from '../environment.ts';
import type { Pacer } from './pacer.ts';

/**
 * Opens bytes that another node pulls. What it throws is told to the puller: its `code`, or `other`, and its message.
 * `chunks` may never be iterated, if the puller leaves early: open files when the first chunk is asked for. A chunk is
 * not looked at any more once the next is asked for, or no more are wanted.
 */
export type OpenBulk = (
  name: string,
  offset: number,
  size: number,
) => Promise<{ size: number; chunks: AsyncIterable<Uint8Array> }>;

/** At a time on one connection: all that a puller may have, and some that it has cancelled and which have not ended here. */
const MAX_SERVED_PULLS = MAX_PULLS + MAX_WAITING_PULLS + 16;
const MAX_NAME_BYTES = 1_024;
const MAX_MESSAGE_LENGTH = 256; // characters, so at most 1,024 bytes
const QUEUE_BYTES = 256 * 1024; // in the connection: enough to keep it busy, little enough to take back
/** Each pull may have a piece in it; beyond that are answers, which go out at once whether or not they are read. */
const MAX_UNREAD_BYTES = QUEUE_BYTES + MAX_SERVED_PULLS * MAX_CHUNK_BYTES;
const UNTAKEN_MS = 120_000; // far longer than a puller waits for bytes: whoever has taken none has forgotten the pull

export interface BulkServerComponents {
  readonly clock: Clock;
  readonly channel: Channel;
  readonly pacer: Pacer;
}

export interface BulkServerInit {
  /** Whether the peer may pull at present. */
  readonly mayPull: () => boolean;
  readonly open: () => OpenBulk | undefined;
  /** The peer has left, or was cut off for what it did. */
  readonly onGone: (error?: Error) => void;
}

interface Served {
  readonly credit: Credit;
  cancelled: boolean;
}

/** Answers the pulls of one peer on the connection that it dialled. */
export class BulkServer implements ChannelHandler {
  readonly #writer = new Writer();
  readonly #clock: Clock;
  readonly #channel: Channel;
  readonly #pacer: Pacer;
  readonly #init: BulkServerInit;
  readonly #served = new Map<number, Served>();
  #drained: PromiseWithResolvers<void> | undefined;

  constructor({ clock, channel, pacer }: BulkServerComponents, init: BulkServerInit) {
    this.#clock = clock;
    this.#channel = channel;
    this.#pacer = pacer;
    this.#init = init;
    channel.handler = this;
    channel.open();
  }

  close(reason: string): void {
    this.#channel.cutOff(new ConnectionClosedError(reason));
    this.#cancelAll(reason);
  }

  onFrame(kind: number, body: Uint8Array): void {
    if (kind === BULK.request) this.#onRequest(decode(readPullRequest, body));
    else if (kind === BULK.credit) {
      const { id, bytes } = decode(readPullCredit, body);
      this.#served.get(id)?.credit.add(bytes);
    } else if (kind === BULK.cancel)
      this.#cancel(decode(readPullCancel, body).id, 'cancelled by the puller');
    else throw new UnexpectedFrameError(kind, 'from a puller');
  }

  onDrain(): void {
    this.#drained?.resolve();
    this.#drained = undefined;
  }

  onClose(reason: string, error?: Error): void {
    this.#cancelAll(reason);
    this.#init.onGone(error);
  }

  #onRequest(request: PullRequest): void {
    const { id, name, credit } = request;
    const { queuedBytes, remote } = this.#channel;
    if (!this.#init.mayPull()) throw new StrangerError(remote);
    if (queuedBytes > MAX_UNREAD_BYTES) throw new UnreadAnswersError(queuedBytes, MAX_UNREAD_BYTES);
    if (this.#served.has(id)) throw new MalformedFrameError(`pull ${id} was asked for twice`);
    if (Buffer.byteLength(name) > MAX_NAME_BYTES)
      throw new MalformedFrameError('the name of a pull is too long');
    const served: Served = { credit: new Credit(credit), cancelled: false };
    if (this.#served.size >= MAX_SERVED_PULLS) {
      this.#fail(id, 'too-many-pulls', `at most ${MAX_SERVED_PULLS} pulls at a time`);
      return;
    }
    this.#served.set(id, served);
    void this.#serve(request, served);
  }

  async #serve(request: PullRequest, served: Served): Promise<void> {
    const { id, name, offset, size } = request;
    try {
      const open = this.#init.open();
      if (open === undefined) {
        this.#fail(id, 'no-bulk-service', 'this node serves nothing');
        return;
      }
      const found = await open(name, offset, size);
      if (served.cancelled) return;
      if (found.size > size) throw new PullSizeError(name, size, found.size);
      this.#channel.send(BULK.opened, encode(writePullOpened, { id, size: found.size }));
      const sent = await pipe(
        found.chunks,
        (chunks: AsyncIterable<Uint8Array>) => pieces(chunks, MAX_CHUNK_BYTES),
        (source: AsyncIterable<Uint8Array>) => this.#send(request, found.size, served, source),
      );
      if (!served.cancelled && sent < found.size) throw new PullSizeError(name, found.size, sent);
    } catch (error) {
      if (!served.cancelled) this.#fail(id, printableCode(codeOf(error)), describe(error));
    } finally {
      if (this.#served.get(id) === served) this.#served.delete(id);
    }
  }

  async #send(
    { id, name }: PullRequest,
    size: number,
    served: Served,
    source: AsyncIterable<Uint8Array>,
  ): Promise<number> {
    let sent = 0;
    for await (const bytes of source) {
      if (served.cancelled) break;
      const total = sent + bytes.length;
      const isLast = bytes.length < MAX_CHUNK_BYTES; // of what there is: of less than was said none goes out
      if (total > size || (isLast && total < size)) throw new PullSizeError(name, size, total);
      await this.#turn(id, name, served.credit.take(bytes.length));
      if (served.cancelled) break;
      // The channel copies: one writer serves all pieces.
      this.#writer.reset();
      writePullChunk(this.#writer, { id, bytes });
      this.#channel.send(BULK.chunk, this.#writer.view);
      sent = total;
    }
    return sent;
  }

  /** Resolves when a piece may be sent: the puller has room, and so has the connection. */
  async #turn(id: number, name: string, credited: Promise<void>): Promise<void> {
    const cancel = this.#clock.after(UNTAKEN_MS, () => this.#giveUp(id, name));
    try {
      await credited;
      await this.#room();
    } finally {
      cancel();
    }
  }

  /** The peer takes nothing: of one pull, or where it does not even read, of all. */
  #giveUp(id: number, name: string): void {
    const error = new PullUntakenError(name, UNTAKEN_MS);
    if (this.#channel.blockedBytes > QUEUE_BYTES) {
      this.#channel.cutOff(error);
      this.onClose(error.message, error);
      return;
    }
    this.#fail(id, error.code, error.message);
    this.#cancel(id, error.message);
  }

  async #room(): Promise<void> {
    await this.#pacer.turn(this.#channel.remote);
    while (!this.#channel.closed && this.#channel.blockedBytes > QUEUE_BYTES) {
      this.#drained ??= Promise.withResolvers<void>();
      await this.#drained.promise;
    }
  }

  #fail(id: number, code: string, message: string): void {
    const text = message.slice(0, MAX_MESSAGE_LENGTH);
    this.#channel.send(BULK.failed, encode(writePullFailed, { id, code, message: text }));
  }

  #cancel(id: number, reason: string): void {
    const served = this.#served.get(id);
    if (served === undefined) return; // it had ended
    served.cancelled = true;
    served.credit.revoke(new ConnectionClosedError(reason));
  }

  #cancelAll(reason: string): void {
    for (const id of this.#served.keys()) this.#cancel(id, reason);
    this.onDrain();
  }
}
