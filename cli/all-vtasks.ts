import type { PosivClient } from '#node/control/client.ts';
import type { Info } from '#posiv-wit/generated/kernel.ts';
import type { Node } from '#posiv-wit/generated/cluster.ts';
import { messageOf } from './errors.ts';
import { answer } from './answer.ts';
import { isThere } from './node-standing.ts';

export interface PlacedVTask extends Info {
  readonly nodeName: string;
}

export interface AllVTasks {
  readonly vtasks: readonly PlacedVTask[];
  /** The nodes that could not be asked, and why. */
  readonly silent: readonly { readonly node: Node; readonly why: string }[];
}

const ENDED: ReadonlySet<Info['state']> = new Set(['exited', 'died', 'killed', 'lost']);

export function hasEnded({ state }: Info): boolean {
  return ENDED.has(state);
}

/** Asks every node that may have some for its vTasks, all at once. The youngest of each node come first. */
export async function allVTasks(client: PosivClient): Promise<AllVTasks> {
  const nodes = (await client.nodes.list()).filter(isThere);
  const lists = await Promise.all(
    nodes.map(async (node) => {
      if (!node.connected) return { node, vtasks: [], why: 'it is unreachable' };
      try {
        return {
          node,
          vtasks: await answer(node.name, client.vtask.list(node.id)),
          why: undefined,
        };
      } catch (error) {
        return { node, vtasks: [], why: messageOf(error) };
      }
    }),
  );
  const silent = lists.flatMap(({ node, why }) => (why === undefined ? [] : [{ node, why }]));
  const vtasks = lists.flatMap(({ node, vtasks: listed }) =>
    listed.map((info) => ({ ...info, nodeName: node.name })),
  );
  return { vtasks, silent };
}
