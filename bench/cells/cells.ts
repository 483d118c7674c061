import { cacheDir } from '#cli/folders.ts';
import type { CellCommand, CellProcess } from '#kernel/cell/cell-process.ts';
import { passing } from '#kernel/ipc/passing.ts';
import { WarmPool } from '#kernel/cell/warm-pool.ts';
import { systemClock } from '#kernel/system-clock.ts';
import { nodeCellCommand } from '#node/cell-command.ts';
import { defaultConfig } from '#node/config.ts';
import { quiet } from '#tests/support/quiet.ts';
import type { Bench } from '../bench.ts';
import { BenchFailedError } from '../cluster/vtask-run.ts';
import { interleave } from '../interleave.ts';
import { metric } from '../report/metric.ts';
import { BarePipe } from './bare-pipe.ts';
import { Pings, type PingLoad } from './pings.ts';

const ROUNDS = 10;
const LOAD: PingLoad = { samples: 2_000, messages: 100_000, inFlight: 1_000 };
const SHORT: PingLoad = { samples: 200, messages: 10_000, inFlight: 1_000 };
const VTID = 'a'.repeat(42);
const REQUEST = passing({
  tag: 'request',
  val: {
    caller: VTID,
    target: VTID,
    id: 1,
    identity: 'echo',
    args: new Uint8Array(32),
    remainingMs: 1_000,
    chain: [],
  },
});

/** A cell from nothing and from the warm pool until its lane has answered, and the way to a lane, beside a bare pipe. */
export const cells: Bench = {
  async run({ short, note }) {
    note('makes the code of cells ready');
    const { memoryLimit } = defaultConfig();
    const confined = await nodeCellCommand({ cacheDir: cacheDir(), lanes: 1, memoryLimit });
    const command = confined.command();
    const rounds = short ? 1 : ROUNDS;
    const load = short ? SHORT : LOAD;
    note('takes cells');
    const [warm, cold] = await interleave(rounds, [
      () => taken(command, 1),
      () => taken(command, 0),
    ]);
    note('sends and receives');
    await using bare = BarePipe.start();
    await using pool = poolOf(command, 0);
    const cell = new EchoingCell(pool);
    const [ours, pipe] = await interleave(rounds, [
      () => cell.pings.measure(load),
      () => bare.pings.measure(load),
    ]);
    await cell.end();
    const figures = [
      { key: 'p50', name: 'round trip, p50', unit: 'us', rate: false },
      { key: 'p99', name: 'round trip, p99', unit: 'us', rate: false },
      { key: 'perSecond', name: 'messages there and back', unit: '1/s', rate: true },
    ] as const;
    const started = { name: 'a cell that is started for it', samples: cold! };
    return [
      metric({
        name: 'a warm cell, taken to answered',
        unit: 'ms',
        samples: warm!,
        baseline: started,
      }),
      ...figures.map(({ key, name, unit, rate }) =>
        metric({
          name: `node and cell, ${name}`,
          unit,
          rate,
          samples: ours!.map((each) => each[key]),
          baseline: { name: 'bare pipe', samples: pipe!.map((each) => each[key]) },
        }),
      ),
    ];
  },
};

function poolOf(command: CellCommand, size: number): WarmPool {
  return new WarmPool(
    { clock: systemClock, logger: quiet },
    { size, lanes: 1, refills: () => true, command: () => command },
  );
}

/** Milliseconds from taking a cell to the first answer of its lane. */
async function taken(command: CellCommand, size: number): Promise<number> {
  await using pool = poolOf(command, size);
  await pool.whenWarm();
  const begin = performance.now();
  const cell = new EchoingCell(pool);
  await cell.pings.roundTrip();
  const ms = performance.now() - begin;
  await cell.end();
  return ms;
}

/** A cell whose lane answers every request, by saying that there is no such vTask. */
class EchoingCell {
  readonly pings: Pings;
  readonly #cell: CellProcess;

  constructor(pool: WarmPool) {
    this.#cell = pool.take();
    this.#cell.take({
      received: () => this.pings.answered(),
      laneLost: fail,
      lost: fail,
    });
    this.pings = new Pings((count) => {
      for (let n = 0; n < count; n++) this.#cell.send(0, REQUEST);
    });
  }

  async end(): Promise<void> {
    await this.#cell.terminate();
  }
}

function fail(why: unknown): never {
  throw new BenchFailedError(`the cell was lost: ${String(why)}`);
}
