import type { Candidate, Stripe } from '#posiv-wit/generated/managers.ts';
import type { Awaitable } from '#posiv-wit/result.ts';
import type { Disk } from './disk/disk.ts';

/** The name of a node, as the roster has it: 1 to 128 letters, digits, `-` and `_`. */
export type NodeId = string;

export interface Clock {
  /** Monotonic, in milliseconds. */
  now(): number;
  /** Milliseconds since 1970. */
  wallTime(): number;
  /** Calls `fn` once after so many milliseconds, unless the function that it gives is called before. */
  after(ms: number, fn: () => void): () => void;
}

export interface Random {
  bytes(count: number): Uint8Array;
  /** From 0 up to, but not including 1. */
  next(): number;
}

type LogFields = Readonly<Record<string, unknown>>;

export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** The other nodes, as vStore needs them. */
export interface StorePeers {
  readonly self: NodeId;
  /** The whole roster, this node included, also those that cannot be reached. */
  members(): readonly NodeId[];
  reachable(node: NodeId): boolean;
  /** Whether the roster is known. */
  ready(): boolean;
  /**
   * Calls a function of `posiv:wire/store`, for example `posiv:wire/store@0.1.0#keep-chunk`, and gives what it returned.
   * @throws {unreachable}
   */
  call(node: NodeId, functionName: string, params: readonly unknown[]): Promise<unknown>;
  /** Bytes that the other node's `openBulk` gives. */
  pull(
    node: NodeId,
    name: string,
    offset: number,
    size: number,
    signal: AbortSignal,
  ): AsyncIterable<Uint8Array>;
}

/** The managers' strategies, with the node's view already given to them. */
export interface StoreStrategy {
  /** The nodes to keep a stripe, the best first. */
  keep(request: Stripe): Awaitable<readonly NodeId[]>;
  /** The indexes of the candidates to try, the best first. */
  rank(candidates: readonly Candidate[]): Awaitable<readonly number[]>;
}

/** A register as it was at some moment. */
export interface PathRegister {
  /** Grows by one with each write; 0 for one that was never written. */
  readonly version: number;
  /** Undefined where it is empty. */
  readonly value: Uint8Array | undefined;
}

/** Registers that all nodes agree on, as vStore needs them for what paths stand for. */
export interface PathRegisters {
  /** @throws {unreachable} */
  read(key: string): Promise<PathRegister>;
  /**
   * Writes it if its version still is `expected`, and gives it as it is after the attempt.
   * @throws {unreachable} and then it may have been written, or be written later
   */
  swap(
    key: string,
    expected: number,
    value: Uint8Array | undefined,
  ): Promise<PathRegister & { readonly written: boolean }>;
}

/** What tenants may have of this node. */
export interface StoreQuota {
  /**
   * Why a tenant may not come to have durable blobs of so many bytes; undefined where it may. The text begins with the
   * name of the limit.
   */
  refusal(tenant: string, bytes: number): string | undefined;
}

export interface VStoreComponents {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly peers: StorePeers;
  readonly strategy: StoreStrategy;
  readonly quota: StoreQuota;
  readonly registers: PathRegisters;
}
