import { mkdir, rm } from 'node:fs/promises';
import type { Made, Snapshot, Spec, Stats } from '#posiv-wit/generated/machine.ts';
import type { BlobsCalls } from '#posiv-wit/generated/vstore.ts';
import type { BackendMachine, MachineEnd } from '../backends/backend-machine.ts';
import { blobBytes, fileBytes, keepBlob } from '../blobs.ts';
import type { Agent, MachineComponents } from '../components.ts';
import type { BootFileCache } from '../driver/boot-files.ts';
import { readConsole, typeInto } from '../driver/console.ts';
import { compressed, uncompressed } from '../driver/memory-stream.ts';
import { usageOf } from '../driver/usage.ts';
import { MachineFault } from '../errors.ts';
import { groupFor } from '../process-bounds.ts';
import { Processor } from '../qemu/processor.ts';
import type { QemuProcess } from '../qemu/qemu-process.ts';
import type { Use } from '../use-cache.ts';
import { emulatorBounds, type BootedTemplates } from './booted.ts';
import { restoreState, saveState } from './state.ts';
import type { V86 } from './v86.ts';

export interface V86Parts extends Pick<MachineComponents, 'clock' | 'agents' | 'blobs' | 'groups'> {
  readonly v86: V86;
  /** As `snapshot.cpu` has it. */
  readonly cpu: string;
  readonly booted: BootedTemplates;
  readonly bootFiles: BootFileCache;
}

/** A machine that v86 runs: it has no disk, and what `stop` keeps of it is nothing. */
export class V86Machine implements BackendMachine {
  readonly live = undefined;
  readonly #parts: V86Parts;
  readonly #agent: Agent;
  readonly #folder: string;
  #process: QemuProcess | undefined;
  #memory = 0;
  readonly #processor = new Processor(() => this.#running().qmp);
  #createMs = 0;
  #closed: Promise<void> | undefined;
  readonly #leaving = new AbortController();
  /** Its template, which may be booted in the memory that it was promised. */
  #booting: Promise<Use<string>> | undefined;

  /** @param folder its own, not there yet */
  constructor(parts: V86Parts, agent: Agent, folder: string) {
    this.#parts = parts;
    this.#agent = agent;
    this.#folder = folder;
  }

  get pid(): number | undefined {
    return this.#running().pid;
  }

  get made(): Made {
    return { state: this.#processor.state, createMs: this.#createMs, moved: undefined };
  }

  get ended(): Promise<MachineEnd> {
    const process = this.#running();
    return process.ended.then((why) => ({ off: process.isOff, why }));
  }

  async make({ template, shape, from, paused }: Spec): Promise<void> {
    const { clock, agents, blobs, groups, v86, cpu } = this.#parts;
    const begun = clock.now();
    if (from?.cpu !== undefined && from.cpu !== cpu)
      throw new MachineFault('incompatible', `its memory is of ${from.cpu}, the node has ${cpu}`);
    const own = blobs(this.#agent);
    this.#memory = shape.memory;
    const kept = from?.memory;
    using state = kept === undefined ? await this.#boot(template, shape, own) : undefined;
    const source = state ? fileBytes(state.value) : blobBytes(own, kept!);
    await mkdir(this.#folder, { mode: 0o700 });
    const group = await groupFor(groups, this.#agent.tenant, emulatorBounds(shape), () => {
      if (this.#closed) throw new MachineFault('failed', 'its agent has ended');
    });
    const process = v86.start({ folder: this.#folder, memory: shape.memory, reads: [], group });
    this.#process = process;
    await restoreState(process, uncompressed(source), shape.memory);
    readConsole(process.console, clock, (bytes) => agents.said(this.#agent, bytes));
    if (!paused) await this.#processor.go();
    this.#createMs = Math.round(clock.now() - begun);
  }

  pause(): Promise<void> {
    return this.#processor.pause();
  }

  resume(): Promise<void> {
    return this.#processor.resume();
  }

  async keep({ memory: asked }: { readonly memory: boolean }): Promise<Snapshot> {
    const before = this.#processor.state;
    const blobs = this.#parts.blobs(this.#agent);
    await this.#processor.halt();
    try {
      const memory = asked
        ? await keepBlob(blobs, compressed(await saveState(this.#running(), this.#memory)))
        : undefined;
      const disk = await keepBlob(blobs, nothing());
      await this.close();
      return { memory, disk, cpu: asked ? this.#parts.cpu : undefined };
    } catch (error) {
      if (before === 'running') await this.#processor.go().catch(() => {}); // it has ended, which is told in another way
      throw error;
    }
  }

  async type(bytes: Uint8Array): Promise<void> {
    await typeInto(this.#running().console, bytes, this.#parts.clock);
  }

  async stats(): Promise<Stats> {
    const { cpuUs, memoryBytes } = await usageOf(this.#running().pid!);
    const disk = { diskUsed: 0, diskRead: 0, diskWritten: 0 };
    const net = { netReceived: 0, netSent: 0, netDropped: 0, imageFetched: 0 };
    const used = { cpuUs, memoryUsed: memoryBytes };
    return { ...this.made, backend: 'v86', ...disk, ...net, ...used };
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #boot(
    template: Spec['template'],
    shape: Spec['shape'],
    blobs: BlobsCalls,
  ): Promise<Use<string>> {
    const { booted, bootFiles } = this.#parts;
    const { signal } = this.#leaving;
    using files = await bootFiles.use(template, blobs, signal);
    const { tenant } = this.#agent;
    this.#booting = booted.use(template, shape, files.value, { tenant, signal });
    return await this.#booting; // until then they are read
  }

  async #close(): Promise<void> {
    this.#leaving.abort(new MachineFault('failed', 'its agent has ended'));
    const booted = this.#booting?.catch(() => {}); // `make` hears of it
    await Promise.all([booted, this.#process?.kill()]);
    await rm(this.#folder, { recursive: true, force: true });
  }

  #running(): QemuProcess {
    if (this.#process) return this.#process;
    throw new MachineFault('failed', 'the machine is being made');
  }
}

/** Of a machine without a disk. */
async function* nothing(): AsyncGenerator<Uint8Array> {}
