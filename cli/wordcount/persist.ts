import { setTimeout as pause } from 'node:timers/promises';
import type { PosivClient } from '#node/control/client.ts';
import type { Node } from '#posiv-wit/generated/cluster.ts';
import type { NodeChoice } from '../control-target.ts';
import { messageOf } from '../errors.ts';
import { withSession } from '../session.ts';

const MOST_ATTEMPTS = 20; // a node that is lost in each of them is no accident any more
const PAUSE_MS = 500;

export interface Again {
  /** Counts from 1; the one that comes now. */
  readonly attempt: number;
  readonly why: string;
}

/**
 * Does some work as a client of a node, and does it again where it failed and a node was lost meanwhile: what went with that
 * node, the master of a job or the session itself, is not there to be asked whether that was the reason.
 * @param onAgain told before each further attempt
 * @throws what the work throws while all nodes stay, or what `withSession` throws
 */
export async function persist<T>(
  choice: NodeChoice,
  work: (client: PosivClient, signal: AbortSignal, attempt: number) => Promise<T>,
  onAgain: (again: Again) => void,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    let wasLost = false;
    try {
      return await withSession(choice, async (client, signal) => {
        const before = await livesOf(client);
        try {
          return await work(client, signal, attempt);
        } catch (error) {
          wasLost = !signal.aborted && (await livesOf(client)) !== before;
          throw error;
        }
      });
    } catch (error) {
      if (!wasLost || attempt === MOST_ATTEMPTS) throw error;
      onAgain({ attempt: attempt + 1, why: messageOf(error) });
      await pause(PAUSE_MS);
    }
  }
}

/** That an attempt begins, for people. */
export function countedAgain(why: string): string {
  return `a node was lost that the count needed, so it begins again: ${why}`;
}

/** Which lives of which nodes there are, and which of them answer: another text after each loss, none after that of the node asked. */
async function livesOf(client: PosivClient): Promise<string> {
  return textOf(await Promise.resolve(client.nodes.list()).catch(() => []));
}

/** Of one that came and went in between as well, as a node that is killed, starts again and is killed once more. */
export function textOf(nodes: readonly Pick<Node, 'id' | 'incarnation' | 'connected'>[]): string {
  return nodes
    .map(({ id, incarnation, connected }) => `${id} ${incarnation} ${connected}`)
    .toSorted()
    .join();
}
