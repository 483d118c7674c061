import type { ExecutionContext } from 'ava';
import { cacheDir } from '#cli/folders.ts';
import type { Backend, Shape } from '#posiv-wit/generated/machine.ts';
import { CROWD_NICENESS } from '#services/machine/driver/crowd.ts';
import {
  DriverWorld,
  processesLike,
  type Seat,
} from '#tests/services/machine/compliance/driver-world.ts';
import { debianTemplate } from '#tests/services/machine/support/debian-template.ts';
import { nicenessOfSession, nicenessOfThreads } from '#tests/support/niceness.ts';
import { good } from '#tests/support/results.ts';

const SHAPE: Shape = { memory: 64 << 20, processors: 1, disk: 64 << 20 };
// Whatever is around a machine: a process of it is one of these.
const OF_MACHINES = /bwrap|qemu-system|v86\/emulator/;

/** Machines of a template whose console is a shell, for who attacks from there. */
export interface Machines extends AsyncDisposable {
  /** Why there are none here. */
  readonly why: string | undefined;
  make(shape?: Partial<Shape>): Promise<Seat>;
  /** Waits until its console has said so many bytes in all. */
  saidMore(seat: Seat, bytes: number): Promise<void>;
  /** The processes whose command line is like this, of which there is one at least, come after the node's own and its cells, where there are many. */
  areNice(t: ExecutionContext, commandLine: RegExp): Promise<void>;
  /** Of machines whose agents have gone: no process, no file, no memory promised. */
  nothingIsLeft(t: ExecutionContext): Promise<void>;
}

export async function openMachines(backend: Backend, few?: number): Promise<Machines> {
  const world = await DriverWorld.open(cacheDir(), few);
  const { backends, missing } = await world.driver.report();
  const why = backends.includes(backend) ? undefined : missing.join('; ');
  const template = why === undefined ? await debianTemplate(world.blobs) : undefined;
  return {
    why,
    async make(shape = {}) {
      const seat = world.seat();
      const wanted = { ...SHAPE, ...shape };
      good(
        await seat.calls.create({
          name: 'one',
          template: template!,
          shape: wanted,
          cards: [],
          bandwidth: 1 << 20,
          from: undefined,
          paused: false,
          backend,
        }),
      );
      return seat;
    },
    saidMore: (seat, bytes) => seat.until((said) => said.length >= bytes),
    async areNice(t, commandLine) {
      await world.driver.settled();
      const pids = await processesLike(commandLine);
      t.not(pids.length, 0);
      const found = pids.flatMap((pid) => [...nicenessOfThreads(pid), nicenessOfSession(pid)]);
      t.deepEqual(
        found.filter((niceness) => niceness !== undefined && niceness < CROWD_NICENESS),
        [],
      );
    },
    async nothingIsLeft(t) {
      await world.driver.settled();
      t.deepEqual(await processesLike(OF_MACHINES), []);
      t.deepEqual(await world.left(), []);
      t.like(await world.driver.report(), { machines: 0 });
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}
