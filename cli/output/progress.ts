const REDRAWS_PER_S = 20;
const BAR_WIDTH = 28;
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
  readonly format?: (value: number) => string;
  readonly stream?: NodeJS.WriteStream;
}

/** A bar on a terminal, elsewhere a line now and then; on stderr, so that output stays clean. */
export async function openProgress(init: ProgressInit): Promise<Progress> {
  const { label, format = String, stream = process.stderr } = init;
  return stream.isTTY ? bar(label, format, stream) : plain(label, format, stream);
}

async function bar(
  label: string,
  format: (value: number) => string,
  stream: NodeJS.WriteStream,
): Promise<Progress> {
  const { SingleBar, Presets } = (await import('cli-progress')).default;
  const drawn = new SingleBar(
    {
      format: `  {label} {bar} {done} of {all}  {note}`,
      barsize: BAR_WIDTH,
      fps: REDRAWS_PER_S,
      hideCursor: true,
      clearOnComplete: true,
      emptyOnZero: true,
      linewrap: true,
      stream,
      // Ctrl-C is listened for elsewhere, and calls stop().
      gracefulExit: false,
    },
    Presets.shades_classic,
  );
  let running = false;
  let stopped = false;
  return {
    update(done, total, note = '') {
      if (stopped) return;
      const payload = { label, done: format(done), all: format(total), note };
      if (!running) drawn.start(total, done, payload);
      else {
        drawn.setTotal(total);
        drawn.update(done, payload);
      }
      running = true;
    },
    stop() {
      if (running && !stopped) drawn.stop();
      stopped = true;
    },
  };
}

function plain(
  label: string,
  format: (value: number) => string,
  stream: NodeJS.WriteStream,
): Progress {
  let lastStep = 0;
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
