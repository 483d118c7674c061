import { isIPv4 } from 'node:net';
import { DEFAULT_TENANT } from '#kernel/tenants.ts';
import type { Card, Spec } from '#posiv-wit/generated/machine.ts';
import { NAME, refuse } from './template-checks.ts';

const MAX_CARDS = 4;
const MAX_FORWARDS = 16;
const BANDWIDTH = [1_024, 2 ** 32] as const;
const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/;

/** @throws {refused} */
export function checkNetworks(
  { cards, bandwidth, template }: Pick<Spec, 'cards' | 'bandwidth' | 'template'>,
  tenant: string,
): void {
  if (cards.length > MAX_CARDS) refuse(`${cards.length} network cards: at most ${MAX_CARDS}`);
  if (cards.length > 0 && template.board !== 'pc')
    refuse('network cards need a template with the board pc');
  if (!(bandwidth >= BANDWIDTH[0] && bandwidth <= BANDWIDTH[1]))
    refuse(`bandwidth is ${bandwidth}: ${BANDWIDTH.join(' to ')} bytes a second`);
  for (const card of cards) checkCard(card, tenant);
}

function checkCard({ mac, network }: Card, tenant: string): void {
  if (!MAC.test(mac)) refuse(`mac is ${JSON.stringify(mac)}: six bytes, as 02:00:0a:4d:00:01`);
  if (network.tag === 'link') {
    if (!NAME.test(network.val))
      refuse(`the link ${JSON.stringify(network.val)} has no name of one`);
    return;
  }
  if (tenant !== DEFAULT_TENANT)
    refuse('a network with the node is for the machines of its owner: join a link');
  const { forwards } = network.val;
  if (forwards.length > MAX_FORWARDS)
    refuse(`${forwards.length} forwards: at most ${MAX_FORWARDS}`);
  for (const { address, hostPort, guestPort } of forwards) {
    // They become words of a command.
    if (!isIPv4(address)) refuse(`${JSON.stringify(address)} is no address of IPv4`);
    if (hostPort === 0 || guestPort === 0) refuse('a port is 1 to 65535');
  }
}
