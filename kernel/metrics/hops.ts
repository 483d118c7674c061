import type { Clock } from '#kernel/clock.ts';
import type { NodeFrame } from '#kernel/ipc/passing.ts';
import { RequestTimes, type Hop } from '#kernel/metrics/request-times.ts';
import type { ErrorCode } from '#posiv-wit/generated/kernel.ts';
import type { Frame } from '#posiv-wit/generated/wire.ts';

type Kind = Frame['tag'];

/** One side of a node: its lanes, the other nodes, the programs outside. */
export type Side = Hop | 'session';

/** Frames by their kinds. */
export type Counts = ReadonlyMap<Kind, { readonly frames: number }>;

/** What goes through a node's router, counted where it comes in and where it goes out; plain numbers, read when somebody asks. */
export class Hops {
  readonly #in = countsOfSides();
  readonly #out = countsOfSides();
  readonly #failed = new Map<ErrorCode['tag'], number>();
  readonly #times: { readonly [hop in Hop]: RequestTimes };

  constructor(clock: Clock) {
    this.#times = { lane: new RequestTimes(clock), node: new RequestTimes(clock) };
  }

  /** A frame has come from there. */
  came(from: Side, frame: NodeFrame): void {
    count(this.#in[from], frame.tag);
    if (frame.tag === 'answer' && from !== 'session') this.#times[from].answered(frame);
  }

  /** A frame leaves for there. */
  left(to: Side, frame: NodeFrame): void {
    count(this.#out[to], frame.tag);
    if (frame.tag === 'request' && to !== 'session') this.#times[to].asked(frame);
  }

  /** One was answered by the node in place of its target. */
  failed(tag: ErrorCode['tag']): void {
    this.#failed.set(tag, (this.#failed.get(tag) ?? 0) + 1);
  }

  in(from: Side): Counts {
    return this.#in[from];
  }

  out(to: Side): Counts {
    return this.#out[to];
  }

  get failures(): ReadonlyMap<ErrorCode['tag'], number> {
    return this.#failed;
  }

  times(hop: Hop): RequestTimes['times'] {
    return this.#times[hop].times;
  }
}

function countsOfSides(): { readonly [side in Side]: Map<Kind, { frames: number }> } {
  return { lane: new Map(), node: new Map(), session: new Map() };
}

function count(counts: Map<Kind, { frames: number }>, tag: Kind): void {
  const counter = counts.get(tag);
  if (counter) counter.frames += 1;
  else counts.set(tag, { frames: 1 });
}
