import type { Clock } from '#kernel/clock.ts';
import type { Logger } from '#kernel/logger.ts';
import type { Random } from '#kernel/random.ts';
import type { PeerNetwork } from '#p2p/peer-network.ts';
import { nodesOf } from '#p2p/registers/configuration.ts';
import { RegistersMismatchError } from '#p2p/registers/errors.ts';
import { RegisterService } from '#p2p/registers/register-service.ts';
import type { Disk } from '#services/vstore/disk/disk.ts';
import { openJournal } from '#services/vstore/journal.ts';
import { LEAST_SAFE, type RegisterHome } from './register-home.ts';

const ACCEPTOR_JOURNAL = 'acceptor.journal';
// To cut it would take back what the acceptor has promised to others.
const IF_DAMAGED =
  'Restore the data folder from a copy, as a whole. Or, where other nodes keep the registers too, move the file away: this node comes back as another acceptor, and nothing is lost. Never cut it, nor copy that of another node';
/** Of a version whose registers had one writer each. It names vTasks that ended with their nodes, and nothing else. */
const FORMER_JOURNAL = 'registers.journal';

export interface AcceptorComponents {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly network: PeerNetwork;
  readonly disk: Disk;
}

export interface AcceptorInit {
  readonly cluster: string;
  readonly life: { readonly node: string; readonly incarnation: number };
  readonly founding: boolean;
}

/**
 * Registers by the consensus of some of the nodes.
 * @throws {journal-format} {journal-corrupt} {acceptor-log-malformed} {acceptor-log-foreign} {full}
 */
export async function registersInAcceptors(
  { clock, random, logger, network, disk }: AcceptorComponents,
  { cluster, life, founding }: AcceptorInit,
): Promise<RegisterHome> {
  let mismatch: Error | undefined;
  const service = await RegisterService.open(
    {
      clock,
      random,
      logger,
      tick: (run) => clock.soon(run),
      openJournal: (replay) =>
        openJournal({ disk, random }, { path: ACCEPTOR_JOURNAL, replay, ifDamaged: IF_DAMAGED }),
      send: (node, frame) => void network.sendRegisters(node, frame),
      members: () =>
        network
          .members()
          .filter(({ revoked }) => !revoked)
          .map(({ id, connected, silentMs }) => ({ node: id, reachable: connected, silentMs })),
      onElsewhere(where) {
        if (mismatch !== undefined) return;
        const error = new RegistersMismatchError(where, 'by acceptors');
        mismatch = error;
        logger.error(error.message, { code: error.code });
      },
    },
    { cluster, ...life, founding },
  );
  await disk.remove(FORMER_JOURNAL);
  const acceptors = (): readonly string[] => service.configuration?.acceptors ?? [];
  return {
    operations: service,
    get bearsLoss() {
      return acceptors().length >= LEAST_SAFE;
    },
    get keepers() {
      return nodesOf(acceptors());
    },
    get mismatch() {
      return mismatch;
    },
    get epoch() {
      return service.configuration?.epoch ?? 0;
    },
    forceQuorum: (known, timeoutMs) => service.forceQuorum(known, timeoutMs),
    receive: (node, frame) => service.receive(node, frame),
    up: (node) => service.up(node),
    [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
  };
}
