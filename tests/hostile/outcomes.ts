import type { Options } from '#posiv-wit/generated/kernel.ts';
import { type Attacker, textOf } from './attacker.ts';
import { NotContainedError, type Containment } from './scenario.ts';

/** A kill is confirmed at the victim's next check; the rest is for a machine with other work. */
export const KILLED_WITHIN_MS = 500;
/** Time for an image to be prepared and compiled, on a machine with other work, and for its vTask to end by itself. */
export const ENDED_WITHIN_MS = 20_000;
/** Nobody waits longer: what comes later than it may is said by the scorecard. */
export const GIVEN_UP_MS = 120_000;

/** An image, or the path of one that is stored, and how a vTask is made of it. */
export interface Guest {
  readonly image: Uint8Array | string;
  readonly cmd?: readonly string[];
  readonly options?: Partial<Options>;
}

/**
 * Lets one loose that never ends by itself, then kills it.
 * @param provoke what makes it go off, once it has begun
 * @throws {not-contained} it ended by itself
 */
export async function killedAfterRage(
  attacker: Attacker,
  { image, cmd, options }: Guest,
  provoke: (attacker: Attacker, vtid: string) => Promise<void> = async () => {},
): Promise<Containment & { readonly vtid: string }> {
  const vtid = await attacker.start(image, cmd, options);
  await attacker.begun(vtid);
  await provoke(attacker, vtid);
  await attacker.rage();
  const before = await attacker.reasonOf(vtid);
  if (before) throw new NotContainedError(`it was to go on, and ended: ${textOf(before)}`);
  const ms = await attacker.kill(vtid);
  const reason = await attacker.ended(vtid, GIVEN_UP_MS);
  if (reason.tag !== 'killed') throw new NotContainedError(`it ended with ${textOf(reason)}`);
  return { vtid, ms, reason: 'killed' };
}

/**
 * Lets one loose that ends by itself, with this reason and no other.
 * @throws {not-contained} with what it wrote to its log
 */
export async function endedWith(
  attacker: Attacker,
  { image, cmd, options }: Guest,
  wanted: RegExp,
): Promise<Containment & { readonly vtid: string }> {
  const made = await attacker.make(image, cmd, options);
  if (!made.ok) throw new NotContainedError(`it was to start: ${textOf(made.error)}`);
  const since = performance.now();
  await attacker.sched(made.value);
  const reason = textOf(await attacker.ended(made.value, GIVEN_UP_MS));
  const ms = performance.now() - since;
  if (wanted.test(reason)) return { vtid: made.value, ms, reason };
  const log = (await attacker.log(made.value)).trim();
  throw new NotContainedError(`it ended with ${reason}${log && `; it says: ${log}`}`);
}

/** Has one refused before anything of it runs. @throws {not-contained} it was made, or for another reason not */
export async function refusedWith(
  attacker: Attacker,
  { image, cmd, options }: Guest,
  wanted: RegExp,
): Promise<Containment> {
  const since = performance.now();
  const made = await attacker.make(image, cmd, options);
  const ms = performance.now() - since;
  if (made.ok) throw new NotContainedError('a vTask was made of it');
  const reason = textOf(made.error);
  if (!wanted.test(reason)) throw new NotContainedError(`it was refused with ${reason}`);
  return { ms, reason };
}
