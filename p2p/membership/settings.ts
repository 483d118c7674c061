import { BadSettingError } from '../errors.ts';

export interface MembershipSettings {
  /** Between two probes of this node while its health is good; each takes no longer. Default 250 ms. */
  probeMs?: number;
  /** Without an ack, after which helpers are asked. Default 100 ms: several round trips of a local network. */
  ackMs?: number;
  /** Helpers asked for each probe without an ack. Default 3, as in SWIM. */
  helpers?: number;
  /**
   * Least time of a suspicion, in probe periods for each tenfold of members: Lifeguard's alpha. Default 7, where Lifeguard has
   * 5 of a period four times as long: a process that is held up for two seconds is not gone.
   */
  suspicionFactor?: number;
  /** Longest time of a suspicion, in least times. Default 6, Lifeguard's beta. */
  suspicionSpread?: number;
  /** Accusers beside the first that bring a suspicion down to its least time. Default 3, Lifeguard's k. */
  confirmations?: number;
  /** From the first closed connection to the verdict, when enough nodes have lost theirs. Default 100 ms. */
  closedMs?: number;
  /** Between two rounds of gossip while there is news. Default 100 ms. */
  gossipMs?: number;
  /** Nodes that hear of the news in each round. Default 3. */
  fanout?: number;
  /** Each piece of news is sent so often for each e-fold of members: SWIM's lambda. Default 3. */
  retransmit?: number;
  /** Between two exchanges with a member chosen at random. Default 10,000 ms. */
  exchangeMs?: number;
  /** Between two probes of a member that is unreachable. Default 1,000 ms: how soon a healed partition is noticed. */
  reviveMs?: number;
}

export type MembershipParameters = Readonly<Required<MembershipSettings>>;

const DEFAULTS: MembershipParameters = {
  probeMs: 250,
  ackMs: 100,
  helpers: 3,
  suspicionFactor: 7,
  suspicionSpread: 6,
  confirmations: 3,
  closedMs: 100,
  gossipMs: 100,
  fanout: 3,
  retransmit: 3,
  exchangeMs: 10_000,
  reviveMs: 1_000,
};

const LEAST_PERIOD_MS = 10; // below that the probes are the load
const LONGEST_PERIOD_MS = 600_000;
const MOST = 100; // of what is counted or multiplied
const COUNTS: ReadonlySet<string> = new Set(['helpers', 'confirmations', 'fanout']);

/** @throws {bad-setting} */
export function parametersOf(settings: MembershipSettings): MembershipParameters {
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  const parameters: MembershipParameters = { ...DEFAULTS, ...Object.fromEntries(given) };
  for (const key of Object.keys(DEFAULTS) as (keyof MembershipParameters)[]) {
    const value = parameters[key];
    const [least, most] = key.endsWith('Ms') ? [LEAST_PERIOD_MS, LONGEST_PERIOD_MS] : [1, MOST];
    if (!(value >= least && value <= most) || (COUNTS.has(key) && !Number.isInteger(value)))
      throw new BadSettingError(key, value, `${least} to ${most}`);
  }
  const { ackMs, probeMs } = parameters;
  if (ackMs >= probeMs) throw new BadSettingError('ackMs', ackMs, 'less than probeMs');
  return parameters;
}
