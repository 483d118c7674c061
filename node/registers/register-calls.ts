import type { PeerNetwork } from '#p2p/peer-network.ts';
import type { RegistersCalls } from '#posiv-wit/generated/admin.ts';
import { err, ok } from '#posiv-wit/result.ts';
import type { VStore } from '#services/vstore/vstore.ts';
import type { NodeRegisters } from './node-registers.ts';

const REFUSED = new Set(['quorum-stands', 'quorum-elsewhere', 'configuration-refused']);

export interface RegisterCallsComponents {
  readonly registers: NodeRegisters;
  readonly network: PeerNetwork;
  readonly store: Pick<VStore, 'knownPaths'>;
}

/** `posiv:admin/registers`. */
export function registerCalls({
  registers,
  network,
  store,
}: RegisterCallsComponents): RegistersCalls {
  return {
    info() {
      const { kept, epoch, keepers } = registers;
      const members = network.members();
      return {
        kept,
        epoch,
        keepers: keepers.map((node) => {
          const member = members.find(({ id }) => id === node);
          const { name = '', connected = false, silentMs = 0 } = member ?? {};
          return { node, name, reachable: connected, silentMs: Math.round(silentMs) };
        }),
      };
    },
    async forceQuorum() {
      try {
        const forced = await registers.forceQuorum(() => store.knownPaths());
        return ok(forced);
      } catch (error) {
        const { code = '', message } = error as Error & { code?: string };
        return err({ tag: REFUSED.has(code) ? 'refused' : 'unreachable', val: message });
      }
    },
  };
}
