import type { Configuration } from '#posiv-wit/generated/p2p/registers.ts';
import { ConfigurationRefusedError } from './errors.ts';

/** More make each change slower and are of no use: five bear the loss of two. */
export const MAX_ACCEPTORS = 5;
// While one is replaced there is one more, for the time of the change.
const MOST_AT_ONCE = MAX_ACCEPTORS + 1;
const ACCEPTOR = /^([\x21-\x7e]{1,80})\.[0-9a-f]{16}$/;

/** Changes of one line, at most. */
const LINE = 2 ** 20;
const DRAWN = 2 ** 20; // of each number of forced quorums, so that two that are forced at once are not taken for one
const LINES = 2 ** 33; // as many as safe integers hold

/**
 * The line of a configuration: that of the first one until a quorum is forced, which begins another one. Acceptors of two
 * lines never speak for the same registers.
 */
export function lineOf(epoch: number): number {
  return Math.floor(epoch / LINE);
}

/**
 * The first epoch of a line after that of another epoch.
 * @param draw at least 0, less than 1
 * @throws {configuration-refused} no line is left
 */
export function forcedEpoch(epoch: number, draw: number): number {
  const line = (Math.floor(lineOf(epoch) / DRAWN) + 1) * DRAWN + Math.floor(draw * DRAWN);
  if (line >= LINES) throw new ConfigurationRefusedError('a quorum was forced too often');
  return line * LINE;
}

/** So many of these acceptors. */
export interface Quorum {
  readonly acceptors: readonly string[];
  readonly size: number;
}

/** More than half: any two have a member in common, also of two configurations that differ in one acceptor. */
export function quorumOf({ acceptors }: Configuration): Quorum {
  return { acceptors, size: Math.floor(acceptors.length / 2) + 1 };
}

/** So many that without them the others are no quorum. */
export function blockingOf({ acceptors }: Configuration): Quorum {
  return { acceptors, size: Math.ceil(acceptors.length / 2) };
}

// The same few stand in every frame. Who sends others has them looked at as if there were none of these.
const MOST_KNOWN = 64;
const known = new Map<string, string>();

/** The node of an acceptor; undefined if this is no id of one. */
export function nodeOf(acceptor: string): string | undefined {
  const before = known.get(acceptor);
  if (before !== undefined) return before;
  const node = ACCEPTOR.exec(acceptor)?.[1];
  if (node === undefined) return undefined;
  if (known.size === MOST_KNOWN) known.clear();
  known.set(acceptor, node);
  return node;
}

/** The nodes of these, in their order. */
export function nodesOf(acceptors: readonly string[]): readonly string[] {
  return acceptors.flatMap((each) => nodeOf(each) ?? []);
}

/** The configuration of a new cluster. @throws {configuration-refused} */
export function firstConfiguration(acceptors: readonly string[]): Configuration {
  assertAcceptors(acceptors);
  return { epoch: 1, acceptors };
}

/** Whether it could have come about. */
export function isConfiguration({ epoch, acceptors }: Configuration): boolean {
  return epoch >= 1 && acceptors.length <= MOST_AT_ONCE && areAcceptors(acceptors);
}

/**
 * The next configuration on the way to these acceptors, undefined at its end. It has one acceptor more or one less, so both
 * may be in use at once.
 * @param present those that have answered: of those to be removed the others go first
 * @throws {configuration-refused}
 */
export function nextConfiguration(
  { epoch, acceptors }: Configuration,
  target: readonly string[],
  present: ReadonlySet<string> = new Set(),
): Configuration | undefined {
  assertAcceptors(target);
  if (lineOf(epoch + 1) !== lineOf(epoch))
    throw new ConfigurationRefusedError('the acceptors were changed too often: force a new quorum');
  const added = target.find((each) => !acceptors.includes(each));
  const others = acceptors.filter((each) => !target.includes(each));
  const removed = others.find((each) => !present.has(each)) ?? others[0];
  // One more than in the end is enough: a lost one is replaced before it is removed.
  if (added !== undefined && (removed === undefined || acceptors.length <= target.length))
    return { epoch: epoch + 1, acceptors: [...acceptors, added] };
  if (removed === undefined) return undefined;
  return { epoch: epoch + 1, acceptors: acceptors.filter((each) => each !== removed) };
}

function areAcceptors(acceptors: readonly string[]): boolean {
  return (
    acceptors.length > 0 &&
    new Set(acceptors).size === acceptors.length &&
    acceptors.every((each) => nodeOf(each) !== undefined)
  );
}

function assertAcceptors(acceptors: readonly string[]): void {
  if (acceptors.length <= MAX_ACCEPTORS && areAcceptors(acceptors)) return;
  throw new ConfigurationRefusedError(
    `acceptors ${JSON.stringify(acceptors)}: give one to ${MAX_ACCEPTORS} ids of acceptors, each once`,
  );
}
