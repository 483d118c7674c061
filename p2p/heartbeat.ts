import type { Clock } from './environment.ts';

/** In milliseconds. */
export interface HeartbeatPeriods {
  /** Between two pings. */
  readonly heartbeatMs: number;
  /** Silence after which the connection is given up. */
  readonly silentAfterMs: number;
}

// Of all pings together: what a node sends without need does not grow with the cluster.
const MOST_PINGS_PER_SECOND = 25;
// Of a peer from which enough comes anyhow: only to measure the round trip.
const BEATS_BETWEEN_PINGS = 5;

/** The periods for each of so many peers. */
export function periodsAmong(
  peers: number,
  { heartbeatMs, silentAfterMs }: HeartbeatPeriods,
): HeartbeatPeriods {
  const leastMs = (peers * 1_000) / MOST_PINGS_PER_SECOND;
  const stretch = Math.max(1, leastMs / heartbeatMs);
  return { heartbeatMs: heartbeatMs * stretch, silentAfterMs: silentAfterMs * stretch };
}

export interface HeartbeatInit {
  /** Asked for at each beat: the more peers there are, the less often each is pinged. */
  periods(): HeartbeatPeriods;
  sendPing(sequence: number): void;
  onSilent(silentMs: number): void;
}

/**
 * Pings a peer from which nothing came since the last beat, measures the round trip, and notices a connection on which nothing comes any
 * more although nobody has closed it. A ping is something that comes, too: of two peers mostly one pings. Whether the node behind it lives is for `membership/` to say. Whoever starts one stops it.
 */
export class Heartbeat {
  readonly #clock: Clock;
  readonly #init: HeartbeatInit;
  #cancel: () => void;
  #sequence = 0;
  #pingedAt: number | undefined;
  #beatsToPing = 0;
  #heardAt: number;
  #dueAt: number;
  #roundTripUs = 0;
  #shortestRoundTripUs = 0;

  constructor(clock: Clock, init: HeartbeatInit) {
    this.#clock = clock;
    this.#init = init;
    this.#heardAt = clock.now();
    this.#dueAt = this.#heardAt;
    this.#cancel = clock.after(0, () => this.#beat());
  }

  /** Of the last ping that was answered, in microseconds; 0 before. */
  get roundTripUs(): number {
    return this.#roundTripUs;
  }

  /** Of all so far: how far the peer is, however busy both sides are. 0 before. */
  get shortestRoundTripUs(): number {
    return this.#shortestRoundTripUs;
  }

  get heardAt(): number {
    return this.#heardAt;
  }

  /** Something came from the peer. */
  heard(): void {
    this.#heardAt = this.#clock.now();
  }

  /** An answer came; one that answers nothing, or the same ping again, is not counted. */
  answered(sequence: number): void {
    if (sequence !== this.#sequence || this.#pingedAt === undefined) return;
    this.#roundTripUs = Math.max(1, Math.round((this.#clock.now() - this.#pingedAt) * 1_000));
    this.#pingedAt = undefined;
    this.#shortestRoundTripUs = Math.min(this.#shortestRoundTripUs || Infinity, this.#roundTripUs);
  }

  stop(): void {
    this.#cancel();
  }

  #beat(): void {
    const { heartbeatMs, silentAfterMs } = this.#init.periods();
    const now = this.#clock.now();
    // When this node itself was held up, what the peers sent meanwhile is still unread: the time is not their silence.
    const late = now - this.#dueAt;
    if (late > heartbeatMs) this.#heardAt = Math.min(now, this.#heardAt + late);
    this.#dueAt = now + heartbeatMs;
    this.#cancel = this.#clock.after(heartbeatMs, () => this.#beat());
    const silentMs = now - this.#heardAt;
    if (silentMs >= silentAfterMs) {
      this.stop();
      this.#init.onSilent(silentMs);
      return;
    }
    this.#beatsToPing -= 1;
    if (silentMs < heartbeatMs && this.#beatsToPing > 0) return;
    this.#beatsToPing = BEATS_BETWEEN_PINGS;
    this.#sequence = (this.#sequence + 1) >>> 0;
    this.#pingedAt = now;
    this.#init.sendPing(this.#sequence);
  }
}
