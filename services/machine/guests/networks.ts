import type { Spec } from 'vstar/hypervisor';
import { RefusedError } from './errors.ts';

type Card = Spec['cards'][number];
type Network = Card['network'];

/** What the machines of a group are joined to, as `create` is asked for it. */
export interface Networks {
  /** Names of links. */
  links: string[];
  /** A network with the node, where one is wanted. */
  user?: Extract<Network, { tag: 'user' }>['val'];
  /** Bytes a second. */
  bandwidth: number;
}

export const NO_NETWORKS: Networks = { links: [], bandwidth: 16 * 2 ** 20 };

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;
/** Networks of links are 10.64.0.0/16 to 10.191.0.0/16: that of the node is 10.0.2.0/24. */
const FIRST_LINK = 64;
const LINKS = 128;
const USER_ADDRESS = [10, 0, 2, 15];

/** @throws {refused} */
export function checkNetworks({ links }: Networks): void {
  for (const link of links)
    if (!NAME.test(link))
      throw new RefusedError(`link is ${JSON.stringify(link)}: 1 to 63 of a-z 0-9 -, no - first`);
  const prefixes = links.map((link) => prefixOf(link));
  const twice = prefixes.find((prefix, at) => prefixes.indexOf(prefix) !== at);
  if (twice !== undefined)
    throw new RefusedError(
      `two of the links ${links.join(', ')} have the network 10.${twice}.0.0/16: take another name for one`,
    );
}

/** The cards of a machine, those of its links first. @param number which no other machine of the tenant has */
export function cardsOf({ links, user }: Networks, number: number): Card[] {
  const cards = links.map((link): Card => ({
    mac: macOf([10, prefixOf(link), number >> 8, number & 255]),
    network: { tag: 'link', val: link },
  }));
  if (user) cards.push({ mac: macOf(USER_ADDRESS), network: { tag: 'user', val: user } });
  return cards;
}

/** By convention it is in the card's MAC. */
export function addressOf({ mac }: Card): string {
  const bytes = mac.split(':').map((each) => Number.parseInt(each, 16));
  return bytes.slice(2).join('.');
}

function macOf(address: readonly number[]): string {
  const hex = [2, 0, ...address].map((each) => each.toString(16).padStart(2, '0'));
  return hex.join(':');
}

/** The same for a name, wherever it is asked for: FNV-1a of 32 bits. */
function prefixOf(link: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < link.length; at += 1)
    hash = Math.imul(hash ^ link.charCodeAt(at), 0x01000193) >>> 0;
  return FIRST_LINK + (hash % LINKS);
}
