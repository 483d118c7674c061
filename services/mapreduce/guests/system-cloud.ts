import { log, now, onDie, startRpc, VStarError, vtaskKill, vtaskNew, vtaskSched } from 'vstar';
import { nodes } from 'vstar/cluster';
import { blobs, files } from 'vstar/vstore';
import type { Cloud } from './cloud.ts';

/** What map and reduce vTasks may import: neither the cluster nor anything else. */
const GRANTS = ['posiv:kernel', 'posiv:vstore'];

/** The cloud that the master itself runs in. */
export function systemCloud(taskTimeoutMs: number): Cloud {
  return {
    nodes: () => nodes().flatMap(({ id, connected }) => (connected ? id : [])),
    start(image, cmd, node, died) {
      const vtid = vtaskNew(undefined, image, cmd, { node, grants: GRANTS });
      vtaskSched(vtid);
      onDie(vtid, (change) => died(causeOf(change)));
      return vtid;
    },
    ask: (vtid, identity, args, done) => void startRpc(vtid, identity, taskTimeoutMs, args, done),
    kill: (vtid) => attempt(() => vtaskKill(vtid)),
    bind: (path, blob) => void files.bind(path, blob),
    release: (blob) => attempt(() => blobs.release(blob)),
    say: (text) => log('warn', text),
    now,
  };
}

/** Tidying up what may be gone already. */
function attempt(tidy: () => void): void {
  try {
    tidy();
  } catch (error) {
    if (!(error instanceof VStarError)) throw error;
  }
}

function causeOf(change: { tag: string; val?: unknown }): string {
  const reason = change.val as { tag: string; val?: unknown } | undefined;
  if (!reason) return change.tag;
  return typeof reason.val === 'string' ? `${reason.tag}: ${reason.val}` : reason.tag;
}
