import { multiaddrOf } from './address.ts';
import { BadSettingError } from './errors.ts';
import { isNodeName, MAX_ADDRESSES, MAX_NAME_LENGTH } from './hello.ts';

export interface PeerNetworkInit {
  /** For people: printable, at most 64 characters. */
  name: string;
  /** Of the software, for people. Default `0.1.0`. */
  version?: string;
  /** Multiaddrs to listen at, or HOST:PORT as everywhere here. Default `/ip4/127.0.0.1/tcp/0`: reachable from this machine alone. */
  listen?: readonly string[];
  /** Multiaddrs to tell the others instead of those listened at, for a node behind a translated address. */
  announce?: readonly string[];
  /**
   * Addresses of any members; the peer id may be left out. Empty for the first node of a cluster, and only for that one:
   * it founds the cluster. Addresses of this node itself do not count.
   */
  bootstrap?: readonly string[];
  /** Whether to look for nodes of the local network by multicast DNS, and to be found by them. Default false. */
  lan?: boolean;
  /**
   * What a node that belongs to no cluster joins by: a ticket, or a certificate for its key. Once it is a member it needs
   * none, and one of its own cluster changes nothing.
   */
  ticket?: string;
  /** Between two pings of a peer. Default 1,000. */
  heartbeatMs?: number;
  /** Silence after which a peer is unreachable. Default 5,000: a busy event loop is no death. */
  silentAfterMs?: number;
  /** From the first byte of a connection until both sides have admitted each other. Default 10,000. */
  helloTimeoutMs?: number;
  /** For one attempt at one address. Default 5,000. */
  dialTimeoutMs?: number;
  /** Without a byte that was asked for, after which a pull is given up. Default 30,000. */
  pullStallMs?: number;
}

export type Settings = {
  [key in keyof PeerNetworkInit]-?: NonNullable<PeerNetworkInit[key]>;
};

const DEFAULTS = {
  version: '0.1.0',
  listen: ['/ip4/127.0.0.1/tcp/0'],
  announce: [],
  bootstrap: [],
  lan: false,
  ticket: '',
  heartbeatMs: 1_000,
  silentAfterMs: 5_000,
  helloTimeoutMs: 10_000,
  dialTimeoutMs: 5_000,
  pullStallMs: 30_000,
} as const;

const MIN_PERIOD_MS = 10; // below that the heartbeats are the load
const MAX_PERIOD_MS = 3_600_000;
const PERIODS = [
  'heartbeatMs',
  'silentAfterMs',
  'helloTimeoutMs',
  'dialTimeoutMs',
  'pullStallMs',
] as const;

const ADDRESSES = ['listen', 'announce', 'bootstrap'] as const;

/** @throws {bad-setting} */
export function settingsOf(init: PeerNetworkInit): Settings {
  const given = Object.fromEntries(Object.entries(init).filter(([, value]) => value !== undefined));
  const settings: Settings = { ...DEFAULTS, ...(given as PeerNetworkInit) };
  for (const key of ADDRESSES) settings[key] = settings[key].map(multiaddrOf);
  if (!isNodeName(settings.name)) {
    throw new BadSettingError(
      'name',
      settings.name,
      `1 to ${MAX_NAME_LENGTH} printable characters`,
    );
  }
  for (const period of PERIODS) {
    const value = settings[period];
    if (!(value >= MIN_PERIOD_MS && value <= MAX_PERIOD_MS)) {
      throw new BadSettingError(period, value, `${MIN_PERIOD_MS} to ${MAX_PERIOD_MS} milliseconds`);
    }
  }
  if (settings.silentAfterMs < 2 * settings.heartbeatMs) {
    throw new BadSettingError(
      'silentAfterMs',
      settings.silentAfterMs,
      'at least twice heartbeatMs',
    );
  }
  for (const key of ['listen', 'announce'] as const) {
    if (settings[key].length > MAX_ADDRESSES) {
      throw new BadSettingError(key, settings[key].length, `at most ${MAX_ADDRESSES} addresses`);
    }
  }
  return settings;
}
