import type { SingleBar } from 'cli-progress';

const LOOK = {
  format: '  {label} {bar} {done} of {all}  {note}',
  barsize: 28,
  fps: 20,
  hideCursor: true,
  clearOnComplete: true,
  emptyOnZero: true,
  linewrap: true,
  // Ctrl-C is listened for elsewhere, and calls stop().
  gracefulExit: false,
};
const PLAIN_STEPS = 4; // a log wants to know that it goes on, not every step

/** How far something is, for people. */
export interface Progress {
  /** @param note what is being done, short */
  update(done: number, total: number, note?: string): void;
  /** Takes it off the screen; further updates do nothing. */
  stop(): void;
}

export interface ProgressInit {
  readonly label: string;
  readonly format?: Format;
  readonly stream?: NodeJS.WriteStream;
}

type Format = (value: number) => string;

/** A bar on a terminal, elsewhere a line now and then; on stderr, so that output stays clean. */
export function openProgress({
  label,
  format = String,
  stream = process.stderr,
}: ProgressInit): Progress {
  return stream.isTTY ? bar(label, format, stream) : plain(label, format, stream);
}

function bar(label: string, format: Format, stream: NodeJS.WriteStream): Progress {
  let last: readonly [number, number, string] | undefined;
  let drawn: SingleBar | undefined;
  let stopped = false;
  const draw = (): void => {
    if (!last || !drawn || stopped) return;
    const [done, total, note] = last;
    const payload = { label, done: format(done), all: format(total), note };
    if (!drawn.isActive) drawn.start(total, done, payload);
    drawn.setTotal(total);
    drawn.update(done, payload);
  };
  // Loaded meanwhile: what takes no time needs no bar. Without it there is none, and nothing else is wrong.
  import('cli-progress').then(
    ({ default: { SingleBar, Presets } }) => {
      drawn = new SingleBar({ ...LOOK, stream }, Presets.shades_classic);
      draw();
    },
    () => {},
  );
  return {
    update(done, total, note = '') {
      last = [done, total, note];
      draw();
    },
    stop() {
      if (drawn?.isActive) drawn.stop();
      stopped = true;
    },
  };
}

function plain(label: string, format: Format, stream: NodeJS.WriteStream): Progress {
  let lastStep = -1; // that it has begun is a step too
  let stopped = false;
  return {
    update(done, total, note = '') {
      const step = total === 0 ? 0 : Math.floor((done / total) * PLAIN_STEPS);
      if (stopped || step <= lastStep) return;
      lastStep = step;
      stream.write(`${label}: ${format(done)} of ${format(total)}${note && `, ${note}`}\n`);
    },
    stop() {
      stopped = true;
    },
  };
}
