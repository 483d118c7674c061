import type { Body } from '#kernel/lane/body.ts';
import type { Host } from '#kernel/lane/host.ts';
import { Lane } from '#kernel/lane/lane.ts';
import { passingFramesOf, writePassing } from '#kernel/ipc/passing.ts';
import { FramePort, framesOf } from '#kernel/lane/port.ts';
import { threadCells, type StartLane } from '#kernel/cell/thread-cell.ts';
import { NO_ALARM } from '#kernel/scheduler/scheduler.ts';
import type { DurableEntry, DurableList } from '#kernel/durable-list.ts';
import { Kernel } from '#kernel/kernel.ts';
import type { Register, Registers, Swapped } from '#kernel/registers.ts';
import { wholeNode } from '#kernel/tenants.ts';
import { BUILT_IN } from '#node/managers/built-in.ts';
import { functionNamed } from '#posiv-wit/functions.ts';
import type { TenantQuota } from '#posiv-wit/generated/admin.ts';
import type {
  HandlersCalls,
  IpcCalls,
  LogCalls,
  MonitorCalls,
  VtaskCalls,
} from '#posiv-wit/generated/kernel.ts';
import { writeFrame } from '#posiv-wit/generated/wire.ts';
import { kebabCase } from '#posiv-wit/kebab-case.ts';
import { err, ok, type Result } from '#posiv-wit/result.ts';
import { ManualClock } from '#tests/support/manual-clock.ts';
import { quiet } from '#tests/support/quiet.ts';

/** What a scripted program sees: POSIV, by name. */
export interface Posiv {
  readonly self: string;
  readonly host: Host;
  readonly ipc: IpcCalls;
  readonly vtask: VtaskCalls;
  readonly monitor: MonitorCalls;
  readonly log: LogCalls;
}

/** A program written in the test itself: it runs in a real lane of a real kernel, without wasm around it. */
export interface Program {
  run(posiv: Posiv, cmd: readonly string[]): Promise<Result<number, string>>;
  handlers?(posiv: Posiv): Partial<HandlersCalls>;
  /** Imports that it pretends to have. */
  imports?: readonly string[];
  /** The size that it pretends to have. */
  bytes?: number;
}

const QUOTA: TenantQuota = wholeNode(1 << 30);

/** Registers that all nodes of a test share. */
export class SharedRegisters implements Registers {
  readonly #all = new Map<string, Register>();
  /** Nobody reaches them. */
  down = false;

  async read(key: string): Promise<Register> {
    this.#assertUp();
    return this.#all.get(key) ?? { version: 0, value: undefined };
  }

  #assertUp(): void {
    if (this.down) throw new Error('there is no quorum');
  }

  async swap(key: string, expected: number, value: Uint8Array | undefined): Promise<Swapped> {
    this.#assertUp();
    const now = this.#all.get(key) ?? { version: 0, value: undefined };
    if (now.version !== expected) return { ...now, written: false };
    const next = { version: expected + 1, value };
    this.#all.set(key, next);
    return { ...next, written: true };
  }
}

/** Kernels of several nodes, joined in memory through their real frames. */
export class KernelCluster {
  readonly clock = new ManualClock();
  readonly kernels: Kernel[] = [];
  readonly programs: Record<string, Program>;
  /** Pairs of nodes that cannot reach each other. */
  readonly cut = new Set<string>();
  /** Nodes that others suspect, for which as much waits on their connections as is queued. */
  readonly stuck = new Set<string>();
  /** Nodes that the others know to take no new vTasks. */
  readonly draining = new Set<string>();
  /** Nodes that cannot start a cell. */
  readonly full = new Set<string>();
  /** Nodes with which a connection was ended, because they do not take what is kept for them. */
  readonly givenUp: string[] = [];
  /** Of tenants that have not the same as all others. */
  readonly quotas = new Map<string, TenantQuota>();
  /** vTasks that the services were told have ended. */
  readonly ended: string[] = [];
  /** Each ends a lane without a word, in the order in which they were started. */
  readonly loseLane: (() => void)[] = [];
  /** What is to be made again if its node is lost, in the order in which it was noted. */
  readonly noted: DurableEntry[] = [];
  readonly handedOver: DurableEntry[] = [];
  readonly registers = new SharedRegisters();
  /** What is on its way to lanes while they are held up. */
  #heldUp: (() => void)[] | undefined;
  readonly #lanes: number;
  readonly #counting: boolean;
  readonly #nodes: number;
  /** Of each pair of nodes, the newest life of the second that the first knows to be over. */
  readonly #lost = new Map<string, number>();
  #seed = 1;

  constructor(nodes: number, programs: Record<string, Program>, lanes = 2, counting = false) {
    this.programs = programs;
    this.#nodes = nodes;
    this.#lanes = lanes;
    this.#counting = counting;
    for (let index = 0; index < nodes; index += 1)
      this.kernels.push(this.#kernel(nodeId(index), 1));
  }

  get first(): Kernel {
    return this.kernels[0]!;
  }

  /** Connects a node with the others again, and has them notice. */
  rejoin(index: number): void {
    const node = nodeId(index);
    this.kernels.forEach((kernel, other) => {
      if (other === index) return;
      this.cut.delete(`${node} ${kernel.self}`);
      this.cut.delete(`${kernel.self} ${node}`);
      kernel.nodeUp(node);
      this.kernels[index]!.nodeUp(kernel.self);
    });
  }

  /** Cuts a node off from the others, whom nothing reaches that is on its way, and has them notice. */
  isolate(index: number): void {
    const node = nodeId(index);
    this.kernels.forEach((kernel, other) => {
      if (other === index) return;
      this.cut.add(`${node} ${kernel.self}`).add(`${kernel.self} ${node}`);
      kernel.nodeDown(node);
      this.kernels[index]!.nodeDown(kernel.self);
    });
  }

  /** The life of a node is over, and these others know it. */
  lose(index: number, knowers = this.#othersThan(index)): void {
    const node = nodeId(index);
    const { incarnation } = this.kernels[index]!.components.peers;
    for (const at of knowers) {
      const knower = this.kernels[at]!;
      this.#lost.set(`${knower.self} ${node}`, incarnation);
      knower.nodeLost(node);
    }
  }

  /** Lanes hear of nothing until the result is called. */
  holdUp(): () => void {
    const held: (() => void)[] = (this.#heldUp = []);
    return () => {
      this.#heldUp = undefined;
      for (const arrive of held) arrive();
    };
  }

  /** Ends a node and starts it again: all others meet its new life. */
  async startAgain(index: number): Promise<void> {
    const before = this.kernels[index]!;
    this.isolate(index);
    await before.close();
    this.lose(index);
    const { self, components } = before;
    this.kernels[index] = this.#kernel(self, components.peers.incarnation + 1);
    this.rejoin(index);
  }

  #othersThan(index: number): number[] {
    return [...this.kernels.keys()].filter((at) => at !== index);
  }

  #kernel(self: string, incarnation: number): Kernel {
    const lanes = this.#lanes;
    const kernel: Kernel = new Kernel(
      {
        clock: this.clock,
        random: { bytes: (n) => this.#bytes(n), next: () => 0.5 },
        logger: quiet,
        registers: this.registers,
        durableList: this.#durableList(),
        strategies: BUILT_IN,
        tenants: { quotaOf: (tenant) => this.quotas.get(tenant) ?? QUOTA },
        startCell: (...cell) => {
          if (this.full.has(self)) throw new Error('no space is left on its disk');
          return threadCells(this.#startLane())(...cell);
        },
        ended: (vtid) => this.ended.push(vtid),
        images: {
          prepare: async (path, _tenant, maxBytes) => {
            const program = this.programs[path];
            if (!program) return err({ tag: 'refused', val: `no image ${path}` });
            const { bytes = 1 } = program;
            if (bytes > maxBytes)
              return err({ tag: 'quota-exceeded', val: `image-bytes: at most ${maxBytes}` });
            return ok({
              program: path,
              bytes,
              missing: (grants) =>
                (program.imports ?? []).filter(
                  (each) => !grants.some((grant) => each.startsWith(grant)),
                ),
            });
          },
        },
        peers: {
          self,
          incarnation,
          isLost: (node, life) =>
            node === self ? life < incarnation : life <= (this.#lost.get(`${self} ${node}`) ?? 0),
          view: () =>
            Array.from({ length: this.#nodes }, (_, at) => ({
              id: nodeId(at),
              reachable: !this.cut.has(`${self} ${nodeId(at)}`) && !this.stuck.has(nodeId(at)),
              lanes,
              vtasks: this.kernels[at]?.table.living ?? 0,
              memoryUsed: 0,
              memoryLimit: 1 << 30,
              pending: 0,
            })),
          find: (id) => (/^\d$/.test(id) ? nodeId(Number(id)) : id),
          draining: () => this.draining,
          placed() {},
          send: (node, frame, promised = false) => {
            if (this.cut.has(`${self} ${node}`)) return false;
            if (this.stuck.has(node) && !promised) return false;
            const peer = this.kernels.find((each) => each.self === node);
            const bytes = frame.slice();
            setImmediate(() => {
              if (!this.cut.has(`${self} ${node}`)) peer?.peerFrames.receive(self, bytes);
            });
            return peer !== undefined;
          },
          giveUp: (node) => this.givenUp.push(node),
        },
      },
      { lanes, cellVtasks: 10_000, memoryLimit: 1 << 30, counting: this.#counting },
    );
    return kernel;
  }

  #durableList(): DurableList {
    return {
      add: async (entry) => {
        if (this.registers.down) throw new Error('there is no quorum');
        this.noted.push(entry);
      },
      remove() {},
      handOver: (entry) => void this.handedOver.push(entry),
      count() {},
    };
  }

  #startLane(): StartLane {
    return (received, lost) => {
      let alive = true;
      this.loseLane.push(() => {
        alive = false;
        lost('on purpose');
      });
      const up = new FramePort(
        {
          post: (bytes) => {
            if (alive) for (const frame of passingFramesOf(bytes.slice())) received(frame);
          },
        },
        queueMicrotask,
        writeFrame,
      );
      const lane = new Lane({
        clock: this.clock,
        alarm: NO_ALARM,
        collect() {},
        send: (frame) => up.send(frame),
        flush: () => up.flush(),
        load: (init, host) => bodyOf(this.programs[init.image]!, host),
      });
      const down = new FramePort(
        {
          post: (bytes) => {
            const frames = framesOf(bytes.slice());
            const arrive = (): void => {
              if (alive) for (const frame of frames) lane.receive(frame);
            };
            if (this.#heldUp) this.#heldUp.push(arrive);
            else arrive();
          },
        },
        queueMicrotask,
        writePassing,
      );
      return {
        send: (frame) => down.send(frame),
        actUntil() {},
        usedMs: async () => 0,
        async terminate() {
          alive = false;
        },
      };
    };
  }

  #bytes(n: number): Uint8Array {
    return Uint8Array.from({ length: n }, () => {
      this.#seed = (this.#seed * 48_271) % 2_147_483_647;
      return this.#seed & 255;
    });
  }
}

function nodeId(index: number): string {
  return `n${'abcdefgh'[index]!.repeat(16)}`;
}

/** POSIV for one who has a host: what a lane does itself, and the rest by calls of the node. */
export function posivOf(host: Host): Posiv {
  const { task } = host;
  const forward = <T>(name: string, own: Partial<T>): T =>
    new Proxy(own, {
      get(target, method) {
        if (typeof method !== 'string' || method === 'then') return undefined;
        if (method in target) return target[method as never];
        const descriptor = functionNamed(`posiv:kernel/${name}@0.1.0#${kebabCase(method)}`)!;
        return (...params: unknown[]) => {
          task.refuseIfEnded();
          return host.call(descriptor, params);
        };
      },
    }) as T;
  return {
    self: task.vtid,
    host,
    ipc: host.ipc,
    vtask: forward<VtaskCalls>('vtask', { self: () => task.vtid, exit: (code) => task.exit(code) }),
    monitor: forward<MonitorCalls>('monitor', {}),
    log: forward<LogCalls>('log', { write: (channel, text) => host.log.write(channel, text) }),
  };
}

function bodyOf(program: Program, host: Host): Body {
  const posiv = posivOf(host);
  const own = program.handlers?.(posiv);
  return {
    run: (cmd) => program.run(posiv, cmd),
    handlers: own && {
      onRpc: () => ({ tag: 'failed', val: 'unexpected' }),
      onMsg() {},
      onCompletion() {},
      onNotice() {},
      ...own,
    },
    memoryBytes: () => 65_536,
  };
}
