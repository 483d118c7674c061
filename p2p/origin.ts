import { parseCircuitAddress } from './relay/circuit-address.ts';

const OF_IP = /^\/(?<version>ip4|ip6)\/(?<host>[^/]+)/;
const GROUPS = 8; // of an address of version 6
const NETWORK_GROUPS = 4; // anybody has all addresses of one such network to choose from
const MAPPED = '0:0:0:0:0:ffff:'; // what stands for addresses of version 4 (RFC 4291, 2.5.5.2)

/** What whoever dialled from an address shares with others who may be the same: an address of IP, a network of version 6, a relay. */
export function originOf(address: string): string {
  const circuit = parseCircuitAddress(address);
  if (circuit !== undefined) return circuit.relay;
  const { version, host = '' } = OF_IP.exec(address)?.groups ?? {};
  if (version === undefined) return address;
  if (version === 'ip4') return host;
  const groups = groupsOf(host);
  const whole = groups.join(':');
  return whole.startsWith(MAPPED) ? whole : groups.slice(0, NETWORK_GROUPS).join(':');
}

function groupsOf(host: string): string[] {
  const [before = '', after] = dotless(host).toLowerCase().split('::');
  const first = split(before);
  if (after === undefined) return first;
  const last = split(after);
  const zeros = Array.from({ length: Math.max(0, GROUPS - first.length - last.length) }, () => '0');
  return [...first, ...zeros, ...last];
}

function split(groups: string): string[] {
  return groups === '' ? [] : groups.split(':').map((group) => group.replace(/^0+(?=.)/, ''));
}

/** The last four bytes may be written as an address of version 4. */
function dotless(host: string): string {
  return host.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...bytes: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = bytes.slice(0, 4).map(Number);
    return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
  });
}
