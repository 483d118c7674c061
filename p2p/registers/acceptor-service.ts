import type {
  AcceptorAnswer,
  AcceptorRequest,
  AcceptorRequests,
  AcceptorResult,
  Configuration,
  RegisterState,
} from '#posiv-wit/generated/p2p/registers.ts';
import { codeOf } from '../errors.ts';
import type { Tick } from '../outbox.ts';
import type { AcceptorLog } from './acceptor-log.ts';
import { encodeFrame, FRAME_TARGET_BYTES, keyOf } from './register-frames.ts';

// Requests that wait for the disk. Each has at most 66 KiB.
const MAX_WAITING = 4_096;

export interface AcceptorServiceComponents {
  readonly log: AcceptorLog;
  readonly tick: Tick;
  /** Sends a frame to a proposer; it may be lost. */
  readonly send: (to: string, frame: Uint8Array) => void;
  /** The acceptor has taken a configuration, which the node's own proposer is to go by. */
  readonly onConfigured: (configuration: Configuration) => void;
  /** It has accepted this of a register, durably. */
  readonly onAccepted?: (key: string, state: RegisterState) => void;
}

/** One start of a node. */
interface Asker {
  readonly node: string;
  readonly proposer: string;
  /** That was asked: by the time of the answer there may be another one here. */
  readonly acceptor: string;
}

/** Answers the proposers of all nodes: each request once what the answer says is durable, all of one turn together. */
export class AcceptorService {
  readonly #components: AcceptorServiceComponents;
  /** Ends when the record of a register that is on its way to the disk is there, or is given up. */
  readonly #writing = new Map<string, Promise<void>>();
  readonly #answers = new Map<string, AcceptorAnswer[]>();
  #waiting = 0;

  constructor(components: AcceptorServiceComponents) {
    this.#components = components;
  }

  /** Takes what `decodeFrame` has checked. */
  receive(from: string, { acceptor, proposer, requests }: AcceptorRequests): void {
    // For one that lost its log: its promises are gone, so it may not speak for it.
    if (acceptor !== this.#components.log.id) return;
    const asker = { node: from, proposer, acceptor };
    for (const request of requests) {
      if (this.#waiting >= MAX_WAITING) {
        this.#answer(asker, request, { tag: 'refused', val: 'busy' });
        continue;
      }
      this.#waiting += 1;
      void this.#handle(request).then((result) => {
        this.#waiting -= 1;
        this.#answer(asker, request, result);
      });
    }
  }

  async #handle(request: AcceptorRequest): Promise<AcceptorResult> {
    const { log } = this.#components;
    const key = keyOf(request.operation) ?? '';
    // What is decided rests on what is on the disk: were it to be lost, so would be what rests on it.
    for (;;) {
      const before = this.#writing.get(key);
      if (before === undefined || request.operation.tag === 'query') break;
      await before;
    }
    const { acceptor } = log;
    const { result, record } = acceptor.decide(request);
    if (record === undefined) return result;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#writing.set(key, promise);
    try {
      await log.append(record, acceptor);
      const { onConfigured, onAccepted } = this.#components;
      if (record.tag === 'configured') onConfigured(record.val);
      if (record.tag === 'accepted') onAccepted?.(record.val.key, record.val.acceptance.state);
      return result;
    } catch (error) {
      return { tag: 'refused', val: codeOf(error) };
    } finally {
      this.#writing.delete(key);
      resolve();
    }
  }

  #answer(to: Asker, { id }: AcceptorRequest, result: AcceptorResult): void {
    const name = `${to.node} ${to.proposer} ${to.acceptor}`;
    const answers = this.#answers.get(name);
    if (answers !== undefined) {
      answers.push({ id, result });
      return;
    }
    this.#answers.set(name, [{ id, result }]);
    this.#components.tick(() => this.#flush(to, name));
  }

  #flush(to: Asker, name: string): void {
    const answers = this.#answers.get(name) ?? [];
    this.#answers.delete(name);
    let batch: AcceptorAnswer[] = [];
    let bytes = 0;
    for (const answer of answers) {
      batch.push(answer);
      bytes += sizeOfAnswer(answer);
      if (bytes < FRAME_TARGET_BYTES) continue;
      this.#send(to, batch);
      batch = [];
      bytes = 0;
    }
    if (batch.length > 0) this.#send(to, batch);
  }

  #send({ node, proposer, acceptor }: Asker, answers: readonly AcceptorAnswer[]): void {
    const val = { acceptor, proposer, answers };
    this.#components.send(node, encodeFrame({ tag: 'answers', val }));
  }
}

function sizeOfAnswer({ result }: AcceptorAnswer): number {
  switch (result.tag) {
    case 'holding':
    case 'promised':
      return 512 + (result.val?.state.value?.length ?? 0);
    case 'keys':
      return result.val.reduce((sum, key) => sum + 3 * key.length + 2, 16);
    case 'stale-epoch':
      return 2_048;
    default:
      return 128;
  }
}
