import { Membership } from './membership/membership.ts';
import { Registry } from './registry/registry.ts';
import type { Clock, Logger, Random } from './environment.ts';
import type { Link } from './link.ts';
import type { MembershipEvent } from './membership/events.ts';
import type { NodeId } from './node-id.ts';
import type { NodeRecord } from './registry/record.ts';
import type { Fact } from '#posiv-wit/generated/p2p/registry.ts';

export interface ClusterViewComponents {
  clock: Clock;
  random: Random;
  logger: Logger;
  linkWith: (id: NodeId) => Link | undefined;
}

export interface ClusterViewInit {
  self: NodeId;
  incarnation: number;
  isAdmitted: (id: NodeId) => boolean;
  /** Of these three none may call back. */
  onOpinion: (event: MembershipEvent) => void;
  onRecord: (node: NodeId, record: NodeRecord) => void;
  onFact: (fact: Fact) => void;
}

/** What this node thinks of the others, and what they told of themselves, over the links that there are. */
export class ClusterView implements Disposable {
  readonly membership: Membership;
  readonly registry: Registry;

  constructor(components: ClusterViewComponents, init: ClusterViewInit) {
    const { clock, random, logger, linkWith } = components;
    const { self, incarnation, isAdmitted, onRecord, onFact } = init;
    this.membership = new Membership(
      { clock, random, send: (to, packet) => linkWith(to)?.sendMembership(packet) },
      {
        self,
        incarnation,
        isAdmitted,
        onEvent(event) {
          log(logger, event);
          init.onOpinion(event);
        },
      },
    );
    this.registry = new Registry(
      { clock, random, send: (to, message) => linkWith(to)?.sendRegistry(message) ?? false },
      { self, incarnation, isAdmitted, onRecord, onFact },
    );
  }

  start(): void {
    this.membership.start();
    this.registry.start();
  }

  /** Whether nobody reaches it, as far as is known. */
  isGone(id: NodeId): boolean {
    const standing = this.membership.standingOf(id);
    return standing === 'unreachable' || standing === 'left';
  }

  /** @param isDirect whether nobody was in between, whose end it may be */
  disconnected(id: NodeId, isDirect: boolean): void {
    if (isDirect) this.membership.disconnected(id);
    else this.membership.lostTouch(id);
    this.registry.disconnected(id);
  }

  [Symbol.dispose](): void {
    this.membership[Symbol.dispose]();
    this.registry[Symbol.dispose]();
  }
}

function log(logger: Logger, { what, node, incarnation }: MembershipEvent): void {
  const fields = { node, incarnation };
  if (what === 'superseded')
    logger.error(
      'a later life of this node is known to others: is its identity in use twice?',
      fields,
    );
  else logger.info(`membership: ${what}`, fields);
}
