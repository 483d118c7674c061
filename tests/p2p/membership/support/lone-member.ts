import { Membership } from '#p2p/membership/membership.ts';
import type { MembershipEvent } from '#p2p/membership/events.ts';
import { decodePacket, encodePacket } from '#p2p/membership/packet.ts';
import type { MembershipSettings } from '#p2p/membership/settings.ts';
import type { Packet, PacketBody, Statement } from '#posiv-wit/generated/p2p/membership.ts';
import { ManualClock, seededRandom } from '../../support/manual-clock.ts';

export const SELF = 'naaaaaaaaaaaaaaaa';
export const [B, C, D] = ['nbbbbbbbbbbbbbbbb', 'ncccccccccccccccc', 'ndddddddddddddddd'] as const;

/** One node of which the test plays all the others. */
export class LoneMember {
  readonly clock = new ManualClock();
  readonly events: MembershipEvent[] = [];
  readonly sent: { to: string; packet: Packet }[] = [];
  readonly membership: Membership;

  constructor(settings: MembershipSettings = {}, isAdmitted = (_node: string): boolean => true) {
    this.membership = new Membership(
      {
        clock: this.clock,
        random: seededRandom(1),
        send: (to, bytes) => this.sent.push({ to, packet: decodePacket(bytes) }),
      },
      {
        self: SELF,
        incarnation: 1,
        settings,
        isAdmitted,
        onEvent: (event) => this.events.push(event),
      },
    );
  }

  /** A peer says something, as one that keeps to the format. */
  hear(from: string, body: PacketBody, news: readonly Statement[] = [], refutations = 0): void {
    this.bytes(from, encodePacket({ incarnation: 1, refutations, body, news }));
  }

  bytes(from: string, bytes: Uint8Array): void {
    this.membership.receive(from, bytes);
  }

  /** What was sent to a peer of one kind. */
  sentTo<Tag extends PacketBody['tag']>(to: string, tag: Tag): (PacketBody & { tag: Tag })[] {
    return this.sent.flatMap(({ to: receiver, packet: { body } }) =>
      receiver === to && body.tag === tag ? [body as PacketBody & { tag: Tag }] : [],
    );
  }

  standing(node: string): string | undefined {
    return this.membership.members().find((member) => member.node === node)?.standing;
  }
}

export function said(
  node: string,
  standing: Statement['standing'],
  counts: { incarnation?: number; refutations?: number } = {},
): Statement {
  return { node, incarnation: 1, refutations: 0, standing, ...counts };
}
