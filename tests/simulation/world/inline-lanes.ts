import type { StartCell } from '#kernel/cell/cell.ts';
import { threadCells, type StartLane } from '#kernel/cell/thread-cell.ts';
import { passingFramesOf, writePassing, type NodeFrame } from '#kernel/ipc/passing.ts';
import type { Host } from '#kernel/lane/host.ts';
import { Lane } from '#kernel/lane/lane.ts';
import type { LogWriter } from '#kernel/lane/log-writer.ts';
import { FramePort, framesOf } from '#kernel/lane/port.ts';
import { wasmBody } from '#kernel/lane/wasm-body.ts';
import type { Random } from '#kernel/random.ts';
import type { Alarm } from '#kernel/scheduler/scheduler.ts';
import { writeFrame, type Frame } from '#posiv-wit/generated/wire.ts';
import type { Program } from '#wasm-abi/load.ts';
import { carried } from './carried-bytes.ts';
import { Pipe } from './pipe.ts';
import type { Process } from './process.ts';
import type { Programs } from './programs.ts';
import type { Thread } from './thread.ts';

// A guest is interrupted after so many units of fuel, which then have taken it so long: slow processors are cheap to run.
const FEWEST_FUEL = 150;
const MOST_FUEL = 2_500;
const TICK_MS = 1;
// From one thread to another.
const LONGEST_HOP_MS = 0.1;

/** A mistake between a node and its lanes. */
export interface LaneTampering {
  down?(frame: Frame): readonly Frame[];
  /** Whether lanes are told how long their guests may run. Default true. */
  readonly deadlines?: boolean;
}

export interface InlineLanesComponents {
  readonly process: Process;
  readonly random: Random;
  readonly programs: Programs;
  /** Told of what a guest writes to its log at the moment when it does. */
  readonly wrote: (vtid: string, text: string) => void;
  /** Stands between a lane and its node. */
  readonly tamper?: LaneTampering;
}

/** Lanes without threads of their own: each has a simulated one, and fuel in place of the ticker that raises flags. */
export class InlineLanes {
  readonly start: StartCell;
  readonly #components: InlineLanesComponents;
  readonly #lose = new Set<() => void>();

  constructor(components: InlineLanesComponents) {
    this.#components = components;
    this.start = threadCells(this.#startLane());
  }

  /** One of the lanes ends by itself. */
  lose(pick: number): void {
    const all = [...this.#lose];
    all[pick % Math.max(1, all.length)]?.();
  }

  #startLane(): StartLane {
    const { process, random, programs, wrote, tamper } = this.#components;
    return (received, lost) => {
      const thread = process.thread();
      const state = { alive: true };
      const up = this.#port<Frame>(thread, process.main, writeFrame, (bytes) => {
        if (state.alive) for (const frame of passingFramesOf(bytes)) received(frame);
      });
      const programOf = programs.ofLane();
      const span = MOST_FUEL - FEWEST_FUEL;
      const fuelSlice = FEWEST_FUEL + Math.floor(random.next() * span);
      const flag = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
      const alarm = fuelAlarm(thread);
      const lane = new Lane({
        clock: thread,
        alarm,
        collect() {},
        send: (frame) => up.send(frame),
        flush: () => up.flush(),
        load(init, host) {
          const bodyOf = (program: Program) =>
            wasmBody(program, init, heard(host, wrote), random, { flag, fuelSlice });
          const program = programOf(init.image);
          return program instanceof Promise ? program.then(bodyOf) : bodyOf(program);
        },
      });
      const down = this.#port<NodeFrame>(process.main, thread, writePassing, (bytes) => {
        for (const frame of framesOf(bytes))
          for (const each of tamper?.down?.(frame) ?? [frame]) lane.receive(each);
      });
      const end = (): void => {
        if (!state.alive) return;
        state.alive = false;
        this.#lose.delete(lose);
        thread.end();
        // Stacks that were suspended for good would never be freed: they are unwound, and nobody hears of it.
        lane.close({ tag: 'killed' });
      };
      const lose = (): void => {
        end();
        lost('its simulated thread ended');
      };
      this.#lose.add(lose);
      process.atEnd(end);
      return {
        send: (frame) => down.send(frame),
        actUntil: (deadline) => {
          if (tamper?.deadlines !== false) alarm.deadline = deadline;
        },
        usedMs: () => Promise.resolve(thread.usedMs),
        async terminate() {
          end();
        },
      };
    };
  }

  /** Frames of one turn in one post, as between real threads. */
  #port<Sent>(
    from: Thread,
    to: Thread,
    write: ConstructorParameters<typeof FramePort<Sent>>[2],
    take: (bytes: Uint8Array) => void,
  ): FramePort<Sent> {
    const { random, process } = this.#components;
    const pipe = new Pipe(process.timeline);
    return new FramePort<Sent>(
      {
        post(bytes) {
          const own = carried(bytes);
          pipe.push(random.next() * LONGEST_HOP_MS, () => to.take(() => take(own)));
        },
      },
      (fn) => from.soon(fn),
      write,
    );
  }
}

/** Fuel is used up in place of time: each time it is, the thread has computed for a tick. */
function fuelAlarm(thread: Thread): Alarm & { deadline: number } {
  return { deadline: Infinity, arm() {}, lower: () => thread.spend(TICK_MS) };
}

/** A host that tells of what is written through it. */
function heard(host: Host, wrote: InlineLanesComponents['wrote']): Host {
  const log: Pick<LogWriter, 'write'> = {
    write(channel, text) {
      wrote(host.task.vtid, Buffer.from(text).toString('latin1'));
      return host.log.write(channel, text);
    },
  };
  return { ...host, log: log as LogWriter };
}
