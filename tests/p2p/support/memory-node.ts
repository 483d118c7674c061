import { joinPeers, type PeerNetwork, type PeerNetworkInit } from '#p2p/peer-network.ts';
import { memoryId, memoryKey, type MemoryNetwork } from './memory-network.ts';
import { seededRandom } from './manual-clock.ts';
import { RecordingEvents, RecordingLogger } from './recording.ts';
import { MemoryAdmission, MemoryIdentity, MemoryRoster } from './stores.ts';
import { admissionOf, TEST_ROOT } from './test-root.ts';
import type { SigningKey } from '#p2p/credentials/signing-key.ts';
import type { Clock } from '#p2p/environment.ts';
import type { NodeId } from '#p2p/node-id.ts';

export interface MemoryNodeInit extends Partial<PeerNetworkInit> {
  name: string;
  /** Names of nodes to bootstrap from. */
  from?: readonly string[];
  roster?: MemoryRoster;
  identity?: MemoryIdentity;
  /** What it keeps of its admission. */
  store?: MemoryAdmission;
  /** The root key of its cluster, which has signed for it unless `ticket` says otherwise. */
  root?: SigningKey;
  /** How far its wall clock is ahead of the others. */
  aheadMs?: number;
  /** Where it listens, if a node of the same name lives elsewhere. */
  at?: string;
}

export interface MemoryNode extends AsyncDisposable {
  readonly id: NodeId;
  readonly mesh: PeerNetwork;
  readonly events: RecordingEvents;
  readonly logger: RecordingLogger;
  readonly roster: MemoryRoster;
  readonly identity: MemoryIdentity;
  readonly store: MemoryAdmission;
}

let starts = 0;

/** A node without libp2p: everything above a connection with a peer, under the network's clock. */
export async function startMemoryNode(
  network: MemoryNetwork,
  init: MemoryNodeInit,
): Promise<MemoryNode> {
  const {
    from = [],
    roster = new MemoryRoster(),
    identity = new MemoryIdentity(),
    store = new MemoryAdmission(),
    root = TEST_ROOT,
    aheadMs = 0,
    at,
    ...rest
  } = init;
  const clock = ahead(network.clock, aheadMs);
  const id = memoryId(init.name);
  const key = memoryKey(init.name);
  const ticket = admissionOf(key.publicKey, {
    root,
    founds: from.every((name) => name === init.name),
  });
  const logger = new RecordingLogger();
  const events = new RecordingEvents();
  const mesh = await joinPeers(
    {
      clock,
      random: seededRandom(++starts),
      logger,
      roster,
      identity,
      admission: store,
      key,
      open: () => Promise.resolve(network.transport(init.name, at)),
      tick: (run) => void clock.after(0, run),
    },
    { ticket, ...rest, bootstrap: from.map((name) => `memory:${name}`) },
  );
  mesh.listen(events);
  return {
    id,
    mesh,
    events,
    logger,
    roster,
    identity,
    store,
    [Symbol.asyncDispose]: () => mesh[Symbol.asyncDispose](),
  };
}

/** What the node thinks of another. */
export function standingAt(node: MemoryNode, of: MemoryNode): string | undefined {
  return node.mesh.members().find(({ id }) => id === of.id)?.standing;
}

/** Ids of those that the node has a link with. */
export function upAt(node: MemoryNode): NodeId[] {
  return node.mesh
    .members()
    .flatMap((member) => (member.connected && member.id !== node.id ? [member.id] : []));
}

function ahead(clock: Clock, ms: number): Clock {
  return {
    now: () => clock.now(),
    wallTime: () => clock.wallTime() + ms,
    after: (...args) => clock.after(...args),
  };
}
