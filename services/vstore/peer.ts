import type { StoreError } from '#posiv-wit/generated/vstore.ts';
import type { StoreCalls } from '#posiv-wit/generated/wire.ts';
import { kebabCase } from '#posiv-wit/kebab-case.ts';
import type { Result } from '#posiv-wit/result.ts';
import type { Clock, NodeId, StorePeers } from './components.ts';
import { codeOf, CorruptError, messageOf, UnreachableError } from './errors.ts';
import { copiesFor } from './replication.ts';
import { fromStoreError, PeerError } from './store-error.ts';

const INTERFACE = 'posiv:wire/store@0.1.0';
const PULL_TIMEOUT_MS = 30_000; // for at most a manifest: a peer that takes longer serves nobody

type ValueOf<M extends keyof StoreCalls> =
  Awaited<ReturnType<StoreCalls[M]>> extends infer R
    ? R extends { ok: true; value: infer T }
      ? T
      : never
    : never;

/** The vStores of the other nodes. */
export class Peers {
  readonly self: NodeId;
  readonly #peers: StorePeers;
  readonly #clock: Clock;

  constructor(peers: StorePeers, clock: Clock) {
    this.self = peers.self;
    this.#peers = peers;
    this.#clock = clock;
  }

  /**
   * The whole roster.
   * @throws {unreachable} while it is not known
   */
  roster(): readonly NodeId[] {
    if (this.#peers.ready()) return this.#peers.members();
    throw new UnreachableError(
      'this node does not know the others yet: try again once it has joined the cluster',
    );
  }

  ready(): boolean {
    return this.#peers.ready();
  }

  isMember(node: NodeId): boolean {
    return node === this.self || this.#peers.members().includes(node);
  }

  reachable(node: NodeId): boolean {
    return node === this.self || this.#peers.reachable(node);
  }

  /**
   * On how many nodes everything durable is.
   * @throws {unreachable} while the roster is not known
   */
  copies(): number {
    return copiesFor(this.roster().length);
  }

  /** The members but this one. */
  others(): readonly NodeId[] {
    return this.roster().filter((node) => node !== this.self);
  }

  /**
   * Asks another node.
   * @throws {unreachable} and whatever it answers
   */
  async ask<M extends keyof StoreCalls>(
    node: NodeId,
    method: M,
    ...params: Parameters<StoreCalls[M]>
  ): Promise<ValueOf<M>> {
    if (!this.#peers.reachable(node)) throw cannotReach(node);
    let answer: unknown;
    try {
      answer = await this.#peers.call(node, `${INTERFACE}#${kebabCase(method)}`, params);
    } catch (error) {
      if (codeOf(error) === 'unreachable') throw cannotReach(node, error);
      throw new PeerError(`node ${node} failed in ${kebabCase(method)}: ${messageOf(error)}`, {
        cause: error,
      });
    }
    const result = answer as Result<ValueOf<M>, StoreError>;
    if (!result.ok) throw fromStoreError(result.error);
    return result.value;
  }

  /**
   * Bytes that another node has, all of them.
   * @param bytes what they are read into; of the size that is wanted
   * @throws {unreachable}
   * @throws {corrupt} it gives more or fewer
   * @throws {other} they did not get here
   */
  async pull(
    node: NodeId,
    name: string,
    size: number,
    bytes: Uint8Array = Buffer.allocUnsafeSlow(size),
  ): Promise<Uint8Array> {
    if (!this.#peers.reachable(node)) throw cannotReach(node);
    const timeout = new AbortController();
    const cancel = this.#clock.after(PULL_TIMEOUT_MS, () => timeout.abort(cannotReach(node)));
    let at = 0;
    try {
      for await (const part of this.#peers.pull(node, name, 0, size, timeout.signal)) {
        if (part.length > size - at)
          throw new CorruptError(`node ${node} sends more than ${size} bytes`);
        bytes.set(part, at);
        at += part.length;
      }
    } catch (error) {
      const code = codeOf(error);
      if (code === 'unreachable' || timeout.signal.aborted) throw cannotReach(node, error);
      if (code === 'corrupt') throw error;
      throw new PeerError(`node ${node} does not give ${name}: ${messageOf(error)}`, {
        cause: error,
      });
    } finally {
      cancel();
    }
    if (at < size) throw new CorruptError(`node ${node} gives ${at} of ${size} bytes of ${name}`);
    return bytes;
  }
}

function cannotReach(node: NodeId, cause?: unknown): UnreachableError {
  return new UnreachableError(`node ${node} cannot be reached: try again once it is back`, {
    cause,
  });
}
