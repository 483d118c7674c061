import { isIPv4, isIPv6 } from 'node:net';

const HOST_AND_PORT = /^(?:\[(?<ip6>[0-9a-fA-F:.]+)\]|(?<host>[A-Za-z0-9._-]+)):(?<port>\d{1,5})$/;

/**
 * The multiaddr of what people write as HOST:PORT, a name of DNS or an address of IP, in brackets where it is one of version 6.
 * Anything else stays as it is, and is refused where it is none.
 */
export function multiaddrOf(address: string): string {
  const { ip6, host, port } = HOST_AND_PORT.exec(address)?.groups ?? {};
  if (Number(port) > 65_535) return address;
  if (ip6 !== undefined) return isIPv6(ip6) ? `/ip6/${ip6}/tcp/${port}` : address;
  if (host === undefined) return address;
  // Looked up anew at each dial, so a name may come to stand for other machines.
  return isIPv4(host) ? `/ip4/${host}/tcp/${port}` : `/dns/${host}/tcp/${port}`;
}
