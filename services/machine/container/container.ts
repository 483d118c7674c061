import { statfs } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { NICENESS } from '#kernel/cell/layout.ts';
import { setNiceness } from '#kernel/cell/niceness.ts';
import type { Made, Shape, Snapshot, Spec, Stats } from '#posiv-wit/generated/machine.ts';
import type { BackendMachine, MachineEnd } from '../backends/backend-machine.ts';
import { promisedBytes } from '../backends/kinds.ts';
import { blobBytes, fileBytes, keepBlob } from '../blobs.ts';
import type { Agent, MachineComponents } from '../components.ts';
import type { Settings } from '#kernel/cgroup/entering.ts';
import { ConfinedProcess } from '../confined-process.ts';
import type { BootFileCache } from '../driver/boot-files.ts';
import { readConsole, typeInto } from '../driver/console.ts';
import { childrenOf, usageOf } from '../driver/usage.ts';
import { drained } from '../drained.ts';
import { MachineFault } from '../errors.ts';
import { untilReady } from '../qemu/readiness.ts';
import { groupFor, hypervisorBounds } from '../process-bounds.ts';
import { CONSOLE_FD, FILES_FD, ORDERS_FD, PROCESSES, type Bubble } from './bubble.ts';
import type { TreeCache } from './tree-cache.ts';

/** How often it is looked what a container takes. */
const LOOK_EVERY_MS = 500;

export interface ContainerParts extends Pick<
  MachineComponents,
  'clock' | 'agents' | 'blobs' | 'groups'
> {
  readonly bubble: Bubble;
  readonly bootFiles: BootFileCache;
  readonly trees: TreeCache;
}

/**
 * The first file system of a template, and `/init` in it, on the kernel of the node. Its files are in memory and count as such; `stop`
 * ends what runs and packs them. If vStore does not take them then, the container has ended all the same.
 */
export class Container implements BackendMachine {
  readonly #parts: ContainerParts;
  readonly #agent: Agent;
  #process: ConfinedProcess | undefined;
  #memory = 0;
  #createMs = 0;
  /** How it has ended, where its process says something else. */
  #over: MachineEnd | undefined;
  #isStopped = false;
  readonly live = undefined;
  #cancel = (): void => {};
  #closed: Promise<void> | undefined;
  /** Breaks off what it waits for before it has a process. */
  readonly #leaving = new AbortController();

  constructor(parts: ContainerParts, agent: Agent) {
    this.#parts = parts;
    this.#agent = agent;
  }

  get pid(): number | undefined {
    return this.#running().pid;
  }

  get made(): Made {
    return { state: 'running', createMs: this.#createMs, moved: undefined };
  }

  get ended(): Promise<MachineEnd> {
    return this.#running().ended.then(
      ({ status, why }) => this.#over ?? { off: status === 0, why },
    );
  }

  async make({ template, shape, from }: Spec): Promise<void> {
    const { clock, agents, blobs, groups, bubble, bootFiles, trees } = this.#parts;
    const begun = clock.now();
    const own = blobs(this.#agent);
    using boots = from ? undefined : await bootFiles.use(template, own, this.#leaving.signal);
    using tree = boots && (await trees.use(boots.value.initrd));
    const files = tree ? fileBytes(tree.value.path) : blobBytes(own, from!.disk);
    if (tree && tree.value.bytes > shape.memory)
      throw new MachineFault(
        'refused',
        `memory is ${shape.memory}: the files of the template have ${tree.value.bytes} bytes`,
      );
    const group = await groupFor(groups, this.#agent.tenant, containerBounds(shape), () => {
      if (this.#closed) throw new MachineFault('failed', 'its agent has ended');
    });
    this.#memory = shape.memory;
    const words = bubble.words({
      files: Math.min(shape.disk, shape.memory),
      memory: shape.memory,
    });
    const process = new ConfinedProcess({
      name: 'the container',
      words,
      folder: tmpdir(),
      pipes: 3,
      group,
    });
    this.#process = process;
    const ended = process.ended.then(({ why }) => why);
    const incoming = this.#pipe(FILES_FD);
    for await (const piece of files) {
      if (!incoming.write(piece)) await drained(incoming);
      if (incoming.destroyed) break; // it has ended, which is told below
    }
    incoming.end();
    const console = this.#pipe(CONSOLE_FD);
    await untilReady({ console, ended }, template.ready, clock);
    // It has begun sessions of its own.
    if (!group?.weighs && process.pid !== undefined)
      await setNiceness(process.pid, NICENESS, clock).catch(() => {});
    readConsole(console, clock, (bytes) => agents.said(this.#agent, bytes));
    void ended.then(() => this.#cancel());
    this.#watch();
    this.#createMs = Math.round(clock.now() - begun);
  }

  pause(): Promise<void> {
    return Promise.reject(unsupported('pause'));
  }

  resume(): Promise<void> {
    return Promise.reject(unsupported('pause'));
  }

  async keep({ memory }: { readonly memory: boolean }): Promise<Snapshot> {
    if (memory) throw unsupported('suspend');
    this.#isStopped = true;
    try {
      this.#pipe(ORDERS_FD).write('stop\n');
      const disk = await keepBlob(this.#parts.blobs(this.#agent), this.#packed());
      return { memory: undefined, disk, cpu: undefined };
    } catch (error) {
      // One that has ended by itself meanwhile has told how.
      this.#over ??= { off: false, why: 'it was stopped, and its files were not kept' };
      throw error;
    } finally {
      await this.close();
    }
  }

  /** Its files, to their end. @throws {failed} they are not whole: it has ended by itself just before, or cannot be read */
  async *#packed(): AsyncGenerator<Uint8Array> {
    let isThere = false;
    try {
      for await (const piece of this.#pipe(FILES_FD) as AsyncIterable<Uint8Array>) {
        isThere = true;
        yield piece;
      }
    } catch {
      isThere = false; // it has ended in the midst of it
    }
    const { status, why } = await this.#running().ended;
    if (status !== 0 || !isThere)
      throw new MachineFault('failed', `its files were not kept: ${why}`);
  }

  async type(bytes: Uint8Array): Promise<void> {
    await typeInto(this.#pipe(CONSOLE_FD), bytes, this.#parts.clock);
  }

  async stats(): Promise<Stats> {
    const { cpuUs, memoryBytes, files } = await this.#usage();
    return {
      ...this.made,
      backend: 'container',
      cpuUs,
      memoryUsed: memoryBytes,
      diskUsed: files,
      diskRead: 0,
      diskWritten: 0,
      netReceived: 0,
      netSent: 0,
      netDropped: 0,
      imageFetched: 0,
    };
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /** One that takes more than it was given is ended: its processes may ask for more than there is of it, each for itself. */
  #watch(): void {
    const most = promisedBytes(this.#memory, 'container');
    this.#cancel = this.#parts.clock.after(LOOK_EVERY_MS, () => {
      void this.#usage().then(({ memoryBytes, files }) => {
        if (this.#closed || this.#over || this.#isStopped) return;
        if (memoryBytes + files <= most) return this.#watch();
        const why = `memory: its processes have ${memoryBytes} bytes and its files ${files}, of ${most}`;
        this.#over = { off: false, why };
        void this.#running().kill();
      });
    });
  }

  async #usage(): Promise<{ cpuUs: number; memoryBytes: number; files: number }> {
    const { pid } = this.#running();
    const [usage, files] = await Promise.all([usageOf(pid!), filesOf(pid!)]);
    return { ...usage, files };
  }

  async #close(): Promise<void> {
    this.#leaving.abort(new MachineFault('failed', 'its agent has ended'));
    this.#cancel();
    await this.#process?.kill();
    for (const pipe of this.#process?.pipes ?? []) pipe.destroy();
  }

  #pipe(fd: number): Socket {
    return this.#running().pipes[fd - ORDERS_FD]!;
  }

  #running(): ConfinedProcess {
    if (this.#process) return this.#process;
    throw new MachineFault('failed', 'the container is being made');
  }
}

/** Bytes of the files of a container, which the first child of its outer wall sees; 0 for one that has ended. */
async function filesOf(pid: number): Promise<number> {
  const [keeper] = await childrenOf(pid);
  try {
    const { blocks, bfree, bsize } = await statfs(`/proc/${keeper}/root/c`);
    return (blocks - bfree) * bsize;
  } catch {
    return 0;
  }
}

/** Its processes are as many as the namespace's own count lets it have, where that works, and no threads of a hypervisor. */
function containerBounds(shape: Shape): Settings {
  const bounds = hypervisorBounds(shape, 'container');
  return { ...bounds, 'pids.max': PROCESSES };
}

function unsupported(what: string): MachineFault {
  return new MachineFault('unsupported', `a container cannot ${what}`);
}
