import type { Quota } from '#posiv-wit/generated/kernel.ts';
import { DEFAULT_QUOTA } from '#posiv-wit/quota.ts';
import type { Attacker } from './attacker.ts';
import {
  ENDED_WITHIN_MS,
  endedWith,
  KILLED_WITHIN_MS,
  killedAfterRage,
  refusedWith,
} from './outcomes.ts';
import type { Scenario } from './scenario.ts';

/** Of the hostile things, those that are alike in what containing them means. */

type Image = () => Promise<Uint8Array>;
/** What it is told, which may name vTasks that the attacker makes for it. */
type Command = (attacker: Attacker) => readonly string[] | Promise<readonly string[]>;
type Given = Pick<Scenario, 'name' | 'tries'> & Partial<Scenario>;

/** Never ends by itself: is let loose, then killed. */
export function endless(
  given: Given,
  image: Image,
  provoke?: (attacker: Attacker, vtid: string) => Promise<void>,
  cmd: Command = () => [],
): Scenario {
  return {
    withinMs: KILLED_WITHIN_MS,
    run: async (attacker) =>
      killedAfterRage(attacker, { image: await image(), cmd: await cmd(attacker) }, provoke),
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
  const options = { quota: { ...DEFAULT_QUOTA, ...quota } };
  return {
    withinMs: ENDED_WITHIN_MS,
    run: async (attacker) =>
      endedWith(attacker, { image: await image(), cmd: await cmd(attacker), options }, wanted),
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
    run: async (attacker) => refusedWith(attacker, { image: await image() }, wanted),
    ...given,
  };
}
