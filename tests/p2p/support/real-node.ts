import { systemClock } from '#kernel/system-clock.ts';
import { systemRandom } from '#kernel/system-random.ts';
import { createPeerNetwork, type PeerNetwork, type PeerNetworkInit } from '#p2p/peer-network.ts';
import { RecordingEvents, RecordingLogger } from './recording.ts';
import { MemoryAdmission, MemoryIdentity, MemoryRoster } from './stores.ts';
import { admissionOf } from './test-root.ts';
import { makeNodeKey, readNodeKey } from '#p2p/libp2p/node-key.ts';

export interface RealNode extends AsyncDisposable {
  readonly network: PeerNetwork;
  readonly events: RecordingEvents;
  readonly logger: RecordingLogger;
  readonly identity: MemoryIdentity;
  readonly roster: MemoryRoster;
  readonly store: MemoryAdmission;
  /** One that others can bootstrap from. */
  readonly address: string;
  /** Resolves when so many others are up. */
  sees(others: number): Promise<void>;
}

export interface RealNodeInit extends Partial<PeerNetworkInit> {
  identity?: MemoryIdentity;
  roster?: MemoryRoster;
  store?: MemoryAdmission;
  /** Whether it may found the cluster. Default where it is told of nobody. */
  founds?: boolean;
}

/** A node on real libp2p over loopback, with short periods. */
export async function startNode(init: RealNodeInit = {}): Promise<RealNode> {
  const { identity = new MemoryIdentity(), roster = new MemoryRoster(), ...settings } = init;
  const { store = new MemoryAdmission(), founds = !init.bootstrap?.length, ...rest } = settings;
  identity.privateKey ??= makeNodeKey(systemRandom.bytes);
  const { signing } = readNodeKey(identity.privateKey);
  const ticket = admissionOf(signing.publicKey, { founds });
  const logger = new RecordingLogger();
  const events = new RecordingEvents();
  const network = await createPeerNetwork(
    { clock: systemClock, random: systemRandom, logger, roster, identity, admission: store },
    { name: 'node', ticket, heartbeatMs: 100, silentAfterMs: 20_000, ...rest },
  );
  network.listen(events);
  const up = (): number => network.members().filter(({ connected }) => connected).length - 1;
  return {
    network,
    events,
    logger,
    identity,
    roster,
    store,
    address: network.addresses[0] ?? '',
    sees: (others) => events.until(() => up() === others),
    [Symbol.asyncDispose]: () => network[Symbol.asyncDispose](),
  };
}

/** Closes the nodes when the test ends, however it ends. */
export async function disposeAll(nodes: readonly AsyncDisposable[]): Promise<void> {
  await Promise.all(nodes.map((node) => node[Symbol.asyncDispose]()));
}
