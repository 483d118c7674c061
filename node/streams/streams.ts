import type { Clock } from '#kernel/clock.ts';
import { StreamError } from '#node/errors.ts';
import type { OpenBulk, PeerNetwork } from '#p2p/peer-network.ts';
import { OutStream } from './out-stream.ts';

const PREFIX = 'stream/';
const PIECE_BYTES = 512 << 10;

/**
 * Streams of bytes between nodes, of unknown length, on the bulk connections: a reader pulls piece after piece, each as soon as there is
 * something, so what a stream holds in memory is bounded at both ends. It holds back neither frames of the kernel nor other pulls, however
 * long it waits. Whoever knows the name of a stream reads it: names are not to be guessed.
 */
export class Streams implements Disposable {
  readonly #network: PeerNetwork;
  readonly #clock: Clock;
  readonly #written = new Map<string, OutStream>();

  constructor(network: PeerNetwork, clock: Clock) {
    this.#network = network;
    this.#clock = clock;
  }

  /** Begins a stream that one other node will read. */
  write(name: string): OutStream {
    const stream: OutStream = new OutStream(this.#clock, () => {
      if (this.#written.get(name) === stream) this.#written.delete(name);
    });
    this.#written.set(name, stream);
    return stream;
  }

  /**
   * Reads a stream of another node to its end.
   * @throws {stream-lost} {pull-failed} {not-connected} {pull-stalled} and the signal's reason
   */
  async *read(node: string, name: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const left = new AbortController();
    const until = AbortSignal.any([signal, left.signal]);
    let at = 0;
    let next = this.#piece(node, name, at, until);
    try {
      for (;;) {
        const parts = await next;
        if (parts === undefined) return;
        at += parts.reduce((sum, { length }) => sum + length, 0);
        // Asked for while what has come is used: the way there and back is not waited for.
        next = this.#piece(node, name, at, until);
        next.catch(() => {}); // it is waited for above, unless the reader leaves
        yield* parts;
      }
    } finally {
      left.abort();
    }
  }

  /** Answers the pulls of streams; undefined for what is none. */
  open(...[name, offset, size]: Parameters<OpenBulk>): ReturnType<OpenBulk> | undefined {
    if (!name.startsWith(PREFIX)) return undefined;
    const stream = this.#written.get(name.slice(PREFIX.length));
    if (!stream) return Promise.reject(new StreamError('stream-lost', 'there is no such stream'));
    return stream.read(offset, size).then((piece) => ({
      size: piece.size,
      chunks: chunksOf(piece.parts),
    }));
  }

  [Symbol.dispose](): void {
    for (const stream of this.#written.values()) stream.fail('the node is being stopped');
  }

  /** Undefined at the end. */
  async #piece(
    node: string,
    name: string,
    at: number,
    signal: AbortSignal,
  ): Promise<readonly Uint8Array[] | undefined> {
    for (;;) {
      const parts: Uint8Array[] = [];
      try {
        const pulled = this.#network.pull(node, PREFIX + name, at, PIECE_BYTES, signal, true);
        for await (const bytes of pulled) parts.push(bytes);
        return parts.length === 0 ? undefined : parts;
      } catch (error) {
        if ((error as { reason?: string }).reason !== 'stream-idle') throw error;
      }
    }
  }
}

async function* chunksOf(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}
