import { TooMuchHeldError } from '#p2p/errors.ts';
import type { PeerNetwork } from '#p2p/peer-network.ts';

// Others send to a node as soon as they are connected, and its kernel is made some hundred milliseconds later.
const MAX_BYTES = 4 * 1024 * 1024;

type Receive = (node: string, frame: Uint8Array) => void;

/**
 * Frames that come before there is a kernel to hear them. To be made in the turn in which the network is: the connection
 * on which one that nobody hears has come stays, so who sent it would wait for an answer without end. For the same reason one
 * for which there is no room ends its connection.
 */
export class EarlyFrames {
  #kept: (readonly [node: string, frame: Uint8Array])[] = [];
  #bytes = 0;
  #receive: Receive | undefined;

  constructor(network: Pick<PeerNetwork, 'listen'>) {
    network.listen({
      onFrame: (node, frame) => this.#take(node, frame),
      onUp() {},
      onDown: (node) => this.#drop(node),
      onRecord() {},
      onMember() {},
    });
  }

  /** From now on each frame goes to `receive`, and first those that were kept. `failed` is told what it throws of these. */
  handOver(receive: Receive, failed: (node: string, error: unknown) => void): void {
    this.#receive = receive;
    for (const [node, frame] of this.#kept.splice(0))
      try {
        receive(node, frame);
      } catch (error) {
        failed(node, error);
      }
  }

  /**
   * What came on a connection that is over may have been lost as well, and who sent it was told so. Its next connection may be
   * one of another life, for which nothing of this one may be carried out.
   */
  #drop(node: string): void {
    this.#kept = this.#kept.filter(([from]) => from !== node);
    this.#bytes = this.#kept.reduce((bytes, [, frame]) => bytes + frame.length, 0);
  }

  /** @throws {too-much-held} which cuts the node off */
  #take(node: string, frame: Uint8Array): void {
    if (this.#receive !== undefined) return this.#receive(node, frame);
    const bytes = this.#bytes + frame.length;
    if (bytes > MAX_BYTES)
      throw new TooMuchHeldError(bytes, 'before there was anybody to hear them', MAX_BYTES);
    this.#bytes = bytes;
    this.#kept.push([node, frame.slice()]);
  }
}
