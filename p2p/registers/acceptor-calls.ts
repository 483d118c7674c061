import type {
  AcceptorAnswers,
  AcceptorOperation,
  AcceptorRequest,
  AcceptorResult,
} from '#posiv-wit/generated/p2p/registers.ts';
import type { Tick } from '../outbox.ts';
import { nodeOf } from './configuration.ts';
import { encodeFrame, FRAME_TARGET_BYTES, sizeOfRequest } from './register-frames.ts';

const IDS = 2 ** 32;

export interface AcceptorCallsComponents {
  readonly tick: Tick;
  /** Sends a frame to the node of an acceptor, which may be this one; it may be lost. */
  readonly send: (to: string, frame: Uint8Array) => void;
}

export interface AcceptorCall {
  /** Asks once more, in case the request or its answer was lost. */
  again(): void;
  /** Takes no more answers. */
  end(): void;
}

interface Outstanding {
  readonly acceptor: string;
  readonly onResult: (result: AcceptorResult) => void;
}

/** Requests of this node to acceptors: those of one turn go in one frame to each. */
export class AcceptorCalls {
  readonly #components: AcceptorCallsComponents;
  readonly #outstanding = new Map<number, Outstanding>();
  readonly #queued = new Map<string, AcceptorRequest[]>();
  readonly #proposer: string;
  #lastId = 0;

  constructor(components: AcceptorCallsComponents, proposer: string) {
    this.#components = components;
    this.#proposer = proposer;
  }

  /** @param onResult may be called several times, with answers to what was asked several times */
  ask(
    acceptor: string,
    epoch: number,
    operation: AcceptorOperation,
    onResult: (result: AcceptorResult) => void,
  ): AcceptorCall {
    const id = this.#freeId();
    this.#outstanding.set(id, { acceptor, onResult });
    const request = { id, epoch, operation };
    this.#queue(acceptor, request);
    return {
      again: () => this.#queue(acceptor, request),
      end: () => void this.#outstanding.delete(id),
    };
  }

  /** Takes what `decodeFrame` has checked. */
  receive(from: string, { acceptor, proposer, answers }: AcceptorAnswers): void {
    // A node speaks for its own acceptor alone, and to this start of this one.
    if (nodeOf(acceptor) !== from || proposer !== this.#proposer) return;
    for (const { id, result } of answers) {
      const outstanding = this.#outstanding.get(id);
      if (outstanding?.acceptor === acceptor) outstanding.onResult(result);
    }
  }

  #freeId(): number {
    do this.#lastId = (this.#lastId + 1) % IDS;
    while (this.#outstanding.has(this.#lastId));
    return this.#lastId;
  }

  #queue(acceptor: string, request: AcceptorRequest): void {
    const queued = this.#queued.get(acceptor);
    if (queued !== undefined) {
      queued.push(request);
      return;
    }
    this.#queued.set(acceptor, [request]);
    this.#components.tick(() => this.#flush(acceptor));
  }

  #flush(acceptor: string): void {
    const queued = this.#queued.get(acceptor) ?? [];
    this.#queued.delete(acceptor);
    let batch: AcceptorRequest[] = [];
    let bytes = 0;
    for (const request of queued) {
      if (!this.#outstanding.has(request.id)) continue; // ended in the meantime
      batch.push(request);
      bytes += sizeOfRequest(request);
      if (bytes < FRAME_TARGET_BYTES) continue;
      this.#send(acceptor, batch);
      batch = [];
      bytes = 0;
    }
    if (batch.length > 0) this.#send(acceptor, batch);
  }

  #send(acceptor: string, requests: readonly AcceptorRequest[]): void {
    const node = nodeOf(acceptor);
    if (node === undefined) return;
    const val = { acceptor, proposer: this.#proposer, requests };
    this.#components.send(node, encodeFrame({ tag: 'requests', val }));
  }
}
