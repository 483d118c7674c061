import type { NodeFiles } from '#node/node-files.ts';
import type { AdmissionFile } from '#p2p/credentials/admission-store.ts';
import type { PeerNetworkStores } from '#p2p/peer-network.ts';

/** Where a data folder has each of what a node keeps of its admission. */
const ADMISSION: { readonly [file in AdmissionFile]: string } = {
  membership: 'membership.cert',
  'root-key': 'root.key',
  tickets: 'tickets.book',
  revocations: 'revocations.list',
};

/** What the peer network keeps, in the data folder of a node. */
export function networkFiles(files: NodeFiles): PeerNetworkStores {
  return {
    roster: {
      load: async () => (await files.readJson('roster.json')) ?? [],
      save: (entries) => files.writeJson('roster.json', entries),
    },
    identity: {
      load: () => files.read('identity.key'),
      save: (bytes) => files.write('identity.key', bytes),
      loadIncarnation: async () => (await files.readJson<number>('incarnation.json')) ?? 0,
      saveIncarnation: (count) => files.writeJson('incarnation.json', count),
    },
    admission: {
      load: (file) => files.read(ADMISSION[file]),
      save: (file, bytes) => files.write(ADMISSION[file], bytes),
    },
  };
}
