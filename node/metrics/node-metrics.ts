import type { Kernel } from '#kernel/kernel.ts';
import type { Side } from '#kernel/metrics/hops.ts';
import { counter, gauge, histogram, type Labelled } from '#node/metrics/metric.ts';
import type { Member } from '#p2p/member.ts';
import type { PeerNetwork } from '#p2p/peer-network.ts';
import type { Metric } from '#posiv-wit/generated/admin.ts';

const SIDES: readonly Side[] = ['lane', 'node', 'session'];

export interface NodeMetricsComponents {
  readonly kernel: Kernel;
  readonly network: Pick<PeerNetwork, 'members'>;
}

/** Everything that a node counts, by the hops of a message: lane, router, link, and the router and lane of the other node. */
export function nodeMetrics({ kernel, network }: NodeMetricsComponents): readonly Metric[] {
  return [...routerMetrics(kernel), ...linkMetrics(network.members()), ...creditMetrics(kernel)];
}

function routerMetrics({ hops, table, memoryLimit }: Kernel): readonly Metric[] {
  const frames = (which: 'in' | 'out'): Labelled[] =>
    SIDES.flatMap((side) =>
      [...hops[which](side)].map(([kind, { frames: count }]): Labelled => {
        return [{ [which === 'in' ? 'from' : 'to']: side, kind }, count];
      }),
    );
  return [
    gauge('vstar_vtasks', 'Living vTasks of this node.', [[{}, table.living]]),
    gauge('vstar_memory_used_bytes', 'Memory that they hold.', [[{}, table.memoryBytes]]),
    gauge('vstar_memory_limit_bytes', 'Memory that they may hold.', [[{}, memoryLimit]]),
    counter(
      'vstar_router_frames_in',
      'Frames that came to the router, by where from and kind.',
      frames('in'),
    ),
    counter(
      'vstar_router_frames_out',
      'Frames that it passed on, by where to and kind.',
      frames('out'),
    ),
    counter(
      'vstar_router_undeliverable',
      'Requests and messages that it answered with an error itself.',
      [...hops.failures].map(([error, count]) => [{ error }, count]),
    ),
    histogram(
      'vstar_request_seconds',
      'From passing a request on to its answer, of one in sixteen, by where it was passed on to.',
      (['lane', 'node'] as const).map((to) => [{ to }, hops.times(to)]),
    ),
  ];
}

function linkMetrics(members: readonly Member[]): readonly Metric[] {
  const links = members.flatMap(({ id, name, connected, roundTripUs, link }) =>
    link ? [{ node: id, name, connected, roundTripUs, ...link() }] : [],
  );
  type LinkFigures = (typeof links)[number];
  const each = (of: (link: LinkFigures) => number): Labelled[] =>
    links.map((link) => [{ node: link.node, name: link.name }, of(link)]);
  const both = (
    sent: (link: LinkFigures) => number,
    received: (link: LinkFigures) => number,
  ): Labelled[] =>
    links.flatMap((link): Labelled[] => {
      const { node, name } = link;
      return [
        [{ node, name, direction: 'sent' }, sent(link)],
        [{ node, name, direction: 'received' }, received(link)],
      ];
    });
  return [
    gauge(
      'vstar_link_up',
      'Whether there is a connection with a node.',
      each(({ connected }) => (connected ? 1 : 0)),
    ),
    counter(
      'vstar_link_connections',
      'Connections that there were.',
      each(({ connections }) => connections),
    ),
    counter(
      'vstar_link_frames',
      'Frames over them, of all protocols but bulk.',
      both(
        ({ traffic }) => traffic.framesSent,
        ({ traffic }) => traffic.framesReceived,
      ),
    ),
    counter(
      'vstar_link_bytes',
      'Bytes of these frames.',
      both(
        ({ traffic }) => traffic.bytesSent,
        ({ traffic }) => traffic.bytesReceived,
      ),
    ),
    counter(
      'vstar_link_sends',
      'Times that frames were sent, all of a turn together.',
      each(({ traffic }) => traffic.sends),
    ),
    counter(
      'vstar_link_refused',
      'Frames that were not sent, as too much was queued.',
      each(({ traffic }) => traffic.refused),
    ),
    gauge(
      'vstar_link_queued_bytes',
      'Bytes that were sent and have not left.',
      each(({ queuedBytes }) => queuedBytes),
    ),
    gauge(
      'vstar_link_round_trip_seconds',
      'Of the last ping that was answered; 0 before.',
      each(({ roundTripUs }) => roundTripUs / 1e6),
    ),
  ];
}

function creditMetrics({ oneWays }: Kernel): readonly Metric[] {
  const nodes = [...oneWays.sentAgain()];
  return [
    gauge(
      'vstar_unconfirmed_bytes',
      'Memory held for messages by credit that another node may not have yet.',
      nodes.map(([node]) => [{ node }, oneWays.bytesTo(node)]),
    ),
    counter(
      'vstar_sent_again',
      'Messages by credit that were sent once more, after a connection was lost.',
      nodes.map(([node, count]) => [{ node }, count]),
    ),
  ];
}
