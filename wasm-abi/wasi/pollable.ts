import type { Output } from './output.ts';
import type { WasiSources } from './sources.ts';

/** Something that becomes ready by itself. */
export class Pollable {
  readonly isReady: () => boolean;
  /** When it may be ready, by the monotonic clock. */
  readonly dueUs: number;
  /** Has `wake` called when it may be ready. */
  readonly arm: (wake: () => void) => void;

  constructor(
    isReady: () => boolean,
    dueUs = Number.POSITIVE_INFINITY,
    arm: Pollable['arm'] = () => undefined,
  ) {
    this.isReady = isReady;
    this.dueUs = dueUs;
    this.arm = arm;
  }

  static ready(): Pollable {
    return new Pollable(() => true);
  }

  static at(sources: WasiSources, dueUs: number): Pollable {
    return new Pollable(() => sources.monotonicUs() >= dueUs, dueUs);
  }

  static roomIn(output: Output): Pollable {
    return new Pollable(
      () => output.permit > 0,
      undefined,
      (wake) => output.onRoom(wake),
    );
  }
}

/** Waits until one of them is ready; at once where one is. */
export async function untilReady(
  sources: WasiSources,
  pollables: readonly Pollable[],
): Promise<void> {
  const dueUs = Math.min(...pollables.map((each) => each.dueUs));
  while (!pollables.some((each) => each.isReady())) {
    const ms = Math.max(0, dueUs - sources.monotonicUs()) / 1_000;
    await sources.wait(ms, (wake) => {
      for (const each of pollables) each.arm(wake);
    });
  }
}
