import { isIPv4 } from 'node:net';
import type { UserNetwork } from '#posiv-wit/generated/machine.ts';
import { UsageError } from '../errors.ts';

/** What machines are joined to, as their master is asked for it. */
export interface Networks {
  readonly links: readonly string[];
  readonly user: UserNetwork | null;
  /** Bytes a second. */
  readonly bandwidth: number;
}

export interface NetworkOptions {
  readonly network?: readonly string[];
  readonly forward?: readonly string[];
  readonly outward?: boolean;
  readonly bandwidth?: number;
}

const BANDWIDTH = 16 * 2 ** 20;
const LINK = 'link:';
const LAST_PORT = 65_535;

/** Of the options of `vstar machine create`. @throws {usage} */
export function networksOf({
  network = [],
  forward = [],
  outward = false,
  bandwidth = BANDWIDTH,
}: NetworkOptions): Networks {
  const wanted = new Set(network);
  const unknown = network.find(
    (each) => each !== 'none' && each !== 'user' && !each.startsWith(LINK),
  );
  if (unknown !== undefined)
    throw new UsageError(`--network is ${JSON.stringify(unknown)}; give none, user or link:NAME`);
  if (wanted.has('none') && wanted.size > 1)
    throw new UsageError('--network none does not go together with another');
  if (!wanted.has('user') && (outward || forward.length > 0))
    throw new UsageError('--forward and --outward need --network user');
  const links = [...wanted].filter((each) => each.startsWith(LINK));
  return {
    links: links.map((each) => each.slice(LINK.length)),
    user: wanted.has('user') ? { outward, forwards: forward.map(parseForward) } : null,
    bandwidth,
  };
}

function parseForward(text: string): UserNetwork['forwards'][number] {
  const [guest, host, address = '127.0.0.1', ...rest] = text.split(':').toReversed();
  const [hostPort, guestPort] = [Number(host), Number(guest)];
  if (rest.length === 0 && isIPv4(address) && isPort(hostPort) && isPort(guestPort))
    return { address, hostPort, guestPort };
  throw new UsageError(
    `--forward is ${JSON.stringify(text)}; give HOSTPORT:GUESTPORT or ADDRESS:HOSTPORT:GUESTPORT`,
  );
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= LAST_PORT;
}
