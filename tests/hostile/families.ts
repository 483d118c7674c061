import type { Quota } from '#posiv-wit/generated/kernel.ts';
import { DEFAULT_QUOTA } from '#posiv-wit/quota.ts';
import { type Attacker, textOf } from './attacker.ts';
import { NotContainedError, type Scenario } from './scenario.ts';

/** Of the hostile things, those that are alike in what containing them means. */

type Image = () => Promise<Uint8Array>;
/** What it is told, which may name vTasks that the attacker makes for it. */
type Command = (attacker: Attacker) => readonly string[] | Promise<readonly string[]>;
type Given = Pick<Scenario, 'name' | 'tries'> & Partial<Scenario>;

/** A kill is confirmed at the victim's next check; the rest is for a machine with other work. */
const KILLED_WITHIN_MS = 500;
/** Time for an image to be prepared, on a machine with other work, and for its vTask to end by itself. */
const ENDED_WITHIN_MS = 10_000;

/** Never ends by itself: is let loose, then killed. */
export function endless(
  given: Given,
  image: Image,
  provoke: (attacker: Attacker, vtid: string) => Promise<void> = async () => {},
  cmd: Command = () => [],
): Scenario {
  return {
    withinMs: KILLED_WITHIN_MS,
    async run(attacker) {
      const vtid = await attacker.start(await image(), await cmd(attacker));
      await attacker.begun(vtid);
      await provoke(attacker, vtid);
      await attacker.rage();
      const before = await attacker.reasonOf(vtid);
      if (before) throw new NotContainedError(`it was to go on, and ended: ${textOf(before)}`);
      const ms = await attacker.kill(vtid);
      const reason = await attacker.ended(vtid, ENDED_WITHIN_MS);
      if (reason.tag !== 'killed') throw new NotContainedError(`it ended with ${textOf(reason)}`);
      return { ms, reason: 'killed' };
    },
    ...given,
  };
}

/** Ends by itself, with this reason and no other. */
export function ends(
  given: Given,
  image: Image,
  wanted: RegExp,
  cmd: Command = () => [],
  quota: Partial<Quota> = {},
): Scenario {
  return {
    withinMs: ENDED_WITHIN_MS,
    async run(attacker) {
      const options = { quota: { ...DEFAULT_QUOTA, ...quota } };
      const made = await attacker.make(await image(), await cmd(attacker), options);
      if (!made.ok) throw new NotContainedError(`it was to start: ${textOf(made.error)}`);
      const since = performance.now();
      await attacker.sched(made.value);
      const reason = textOf(await attacker.ended(made.value, ENDED_WITHIN_MS));
      const ms = performance.now() - since;
      if (wanted.test(reason)) return { ms, reason };
      const log = (await attacker.log(made.value)).trim();
      throw new NotContainedError(`it ended with ${reason}${log && `; it says: ${log}`}`);
    },
    ...given,
  };
}

/** Tries by itself to get further than it may, and ends with 0 if it did not; its log says what it got. */
export function held(given: Given, image: Image, cmd?: Command): Scenario {
  return ends(given, image, /^exited: 0$/, cmd);
}

/** Is refused before anything of it runs. */
export function refused(given: Given, image: Image, wanted: RegExp): Scenario {
  return {
    withinMs: ENDED_WITHIN_MS,
    async run(attacker) {
      const bytes = await image();
      const since = performance.now();
      const made = await attacker.make(bytes);
      const ms = performance.now() - since;
      if (made.ok) throw new NotContainedError('a vTask was made of it');
      const reason = textOf(made.error);
      if (!wanted.test(reason)) throw new NotContainedError(`it was refused with ${reason}`);
      return { ms, reason };
    },
    ...given,
  };
}
