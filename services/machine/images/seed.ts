import type { Card, Spec } from '#posiv-wit/generated/machine.ts';
import { fatImage, type FatFile } from './fat-image.ts';

/** As much as EC2 takes. */
export const MAX_USER_DATA_BYTES = 16 << 10;

/**
 * The disk that cloud-init looks for (its data source NoCloud, version 1 of meta-data and 2 of network-config): the machine's
 * name, its networks and the user's words. The same for the same machine, wherever it goes on.
 */
export function seedImage({ name, cards }: Pick<Spec, 'name' | 'cards'>, userData: string): Buffer {
  return fatImage('CIDATA', [
    file('meta-data', `${JSON.stringify({ 'instance-id': name, 'local-hostname': name })}\n`),
    file('network-config', `${JSON.stringify(networkConfig(cards))}\n`),
    file('user-data', userData),
  ]);
}

function file(name: string, text: string): FatFile {
  return { name, bytes: Buffer.from(text) };
}

/** In JSON, which is YAML. */
function networkConfig(cards: readonly Card[]): unknown {
  const ethernets = cards.map(({ mac, network }, at) => {
    const match = { match: { macaddress: mac } };
    if (network.tag === 'user') return [`net${at}`, { ...match, dhcp4: true }];
    return [`net${at}`, { ...match, addresses: [`${addressOf(mac)}/16`] }];
  });
  return { version: 2, ethernets: Object.fromEntries(ethernets) as unknown };
}

/** By convention it is in the last four bytes. */
function addressOf(mac: string): string {
  return mac
    .split(':')
    .slice(2)
    .map((each) => Number.parseInt(each, 16))
    .join('.');
}
