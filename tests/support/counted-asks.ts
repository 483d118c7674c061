import type { PosivClient } from '#node/control/client.ts';

/** A client, and what is asked of vTasks by it, by identities, from now on. */
export function countedAsks(client: PosivClient): { client: PosivClient; asked: string[] } {
  const asked: string[] = [];
  const rpc: PosivClient['ipc']['rpc'] = (vtid, identity, ...rest) => {
    asked.push(identity);
    return client.ipc.rpc(vtid, identity, ...rest);
  };
  return { client: { ...client, ipc: { ...client.ipc, rpc } }, asked };
}
