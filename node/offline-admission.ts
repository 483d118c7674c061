import { open, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { systemClock } from '#kernel/system-clock.ts';
import { systemRandom } from '#kernel/system-random.ts';
import { DataFolder } from '#node/data-folder.ts';
import { checkFormat } from '#node/folder-format.ts';
import { networkFiles } from '#node/network-files.ts';
import { NodeFiles } from '#node/node-files.ts';
import type { AdmissionStore } from '#p2p/credentials/admission-store.ts';
import { admitByRoot, Credentials } from '#p2p/credentials/credentials.ts';
import { signingKeyOfPem } from '#p2p/credentials/signing-key.ts';
import {
  AdmissionFileError,
  BadRequestError,
  ClusterExistsError,
} from '#p2p/credentials/errors.ts';
import { nodeIdOfKey, parsePeerId, peerIdText } from '#p2p/peer-id.ts';
import type { PeerNetworkStores } from '#p2p/peer-network.ts';
import { openNodeDisk } from '#services/vstore/disk/node-disk.ts';

const OWNER_ALONE = 0o600;

/** Who the node of a data folder is. */
export interface OfflineIdentity {
  readonly node: string;
  readonly peerId: string;
}

/**
 * Makes the root key of a new cluster, and in a data folder the node that founds it when it is started.
 * @param rootKey a file to be made for the key, elsewhere than in the folder
 * @throws {cluster-exists} the folder is a node's that was ever part of one {folder-in-use} {data-folder}
 */
export async function initCluster(
  dataDir: string,
  rootKey?: string,
): Promise<OfflineIdentity & { readonly cluster: string; readonly rootKey: string }> {
  return withFolder(dataDir, async (stores) => {
    const members = await stores.roster.load();
    const kept = await stores.admission.load('membership');
    if (members.length > 0 || kept !== undefined) throw new ClusterExistsError(dataDir);
    const { signing } = await keyOf(stores);
    const store = rootKey === undefined ? stores.admission : elsewhere(stores.admission, rootKey);
    const components = { clock: systemClock, random: systemRandom, store, key: signing };
    const { cluster } = await Credentials.open(components, { mayFound: true });
    const path = resolve(rootKey ?? join(dataDir, 'root.key'));
    return { cluster, ...identityOf(signing.publicKey), rootKey: path };
  });
}

/**
 * Who the node of a data folder is, or will be: its key is made if there is none.
 * @throws {folder-in-use} {data-folder}
 */
export async function offlineIdentity(dataDir: string): Promise<OfflineIdentity> {
  return withFolder(dataDir, async (stores) => {
    const { signing } = await keyOf(stores);
    return identityOf(signing.publicKey);
  });
}

/**
 * Makes whoever holds the key of a peer id a member, with the root key and no node at all.
 * @param rootKey the file of the key
 * @returns what that node joins by
 * @throws {bad-request} that is no PeerID {admission-file} that is no root key
 */
export async function certify(rootKey: string, peerId: string, admits: boolean): Promise<string> {
  const key = parsePeerId(peerId);
  if (key === undefined)
    throw new BadRequestError(`${JSON.stringify(peerId)} is no PeerID: it begins with 12D3KooW`);
  const root = signingKeyOfPem(await readRootKey(rootKey));
  if (root === undefined) throw new AdmissionFileError(rootKey, 'it is no Ed25519 key in PEM');
  return admitByRoot({ clock: systemClock, random: systemRandom }, root, key, admits);
}

async function readRootKey(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new AdmissionFileError(path, 'it cannot be read; name it by --root-key', cause);
  }
}

async function withFolder<T>(
  dataDir: string,
  work: (stores: PeerNetworkStores) => Promise<T>,
): Promise<T> {
  await DataFolder.make(dataDir);
  const disk = await openNodeDisk(dataDir, Date.now());
  try {
    const files = new NodeFiles(disk, dataDir);
    await checkFormat(files, dataDir);
    return await work(networkFiles(files));
  } finally {
    await disk.close();
  }
}

/** libp2p takes long to load: whoever needs no key of a node does without. */
async function keyOf({ identity }: PeerNetworkStores) {
  const { loadNodeKey } = await import('#p2p/libp2p/node-key.ts');
  return loadNodeKey(identity, systemRandom);
}

function identityOf(key: Uint8Array): OfflineIdentity {
  return { node: nodeIdOfKey(key), peerId: peerIdText(key) };
}

/** Keeps the root key in a file of its own, which must not be there yet. */
function elsewhere(store: AdmissionStore, path: string): AdmissionStore {
  return {
    load: (file) => (file === 'root-key' ? Promise.resolve(undefined) : store.load(file)),
    async save(file, bytes) {
      if (file !== 'root-key') return store.save(file, bytes);
      await using made = await open(path, 'wx', OWNER_ALONE);
      await made.writeFile(bytes);
      await made.sync();
    },
  };
}
