import type { Backend } from '#posiv-wit/generated/machine.ts';
import type { BackendMachine } from '../backends/backend-machine.ts';
import type { Backends } from '../backends/backends.ts';
import type { Agent, MachineComponents, MachineInit } from '../components.ts';
import { Container } from '../container/container.ts';
import { TreeCache } from '../container/tree-cache.ts';
import { ImageCache } from '../images/image-cache.ts';
import { Links } from '../network/links.ts';
import { TemplateCache } from '../qemu/template-cache.ts';
import { BootedTemplates } from '../v86/booted.ts';
import { V86Machine } from '../v86/v86-machine.ts';
import { BootFileCache } from './boot-files.ts';
import type { Crowd } from './crowd.ts';
import { Machine } from './machine.ts';

/** What machines of each backend are made with, kept from one to the next. */
export class Makers implements AsyncDisposable {
  readonly links: Links;
  readonly #images: ImageCache;
  readonly #components: MachineComponents;
  readonly #bootFiles: BootFileCache;
  readonly #trees: TreeCache;
  readonly #crowd: Pick<Crowd, 'niceness'>;
  readonly #cacheDir: string;
  readonly #folder: string;
  #templates: TemplateCache | undefined;
  #booted: BootedTemplates | undefined;

  constructor(
    components: MachineComponents,
    { folder, cacheDir }: Pick<MachineInit, 'folder' | 'cacheDir'>,
    crowd: Pick<Crowd, 'niceness'>,
  ) {
    this.#components = components;
    this.links = new Links(components.clock, components.linkPeers);
    this.#images = new ImageCache(components, folder);
    this.#bootFiles = new BootFileCache(components, folder);
    this.#trees = new TreeCache(components, folder);
    this.#crowd = crowd;
    this.#cacheDir = cacheDir;
    this.#folder = folder;
  }

  /**
   * A machine that is still to be made.
   * @param backend one of those that are usable
   * @param folder its own, not there yet
   */
  machine(found: Backends, backend: Backend, agent: Agent, folder: string): BackendMachine {
    const { clock, logger, agents, blobs, peers, groups } = this.#components;
    const { links } = this;
    const bootFiles = this.#bootFiles;
    switch (backend) {
      case 'qemu-kvm':
      case 'qemu-tcg': {
        const qemu = found.qemu!;
        this.#templates ??= new TemplateCache(qemu, this.#components, this.#cacheDir);
        const templates = this.#templates;
        const cpu = found.cpus.get(backend)!;
        const crowd = this.#crowd;
        const given = { clock, logger, agents, blobs, peers, links, groups, crowd };
        return new Machine(
          { ...given, qemu, backend, cpu, templates, bootFiles, images: this.#images },
          agent,
          folder,
        );
      }
      case 'container':
        return new Container(
          { clock, agents, blobs, groups, bubble: found.bubble!, bootFiles, trees: this.#trees },
          agent,
        );
      case 'v86': {
        const v86 = found.v86!;
        this.#booted ??= new BootedTemplates(v86, this.#components, this.#folder);
        const booted = this.#booted;
        const cpu = found.cpus.get(backend)!;
        const parts = { clock, agents, blobs, groups, v86, cpu, booted, bootFiles };
        return new V86Machine(parts, agent, folder);
      }
    }
  }

  /** To be called when all machines have ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    const caches = [this.#images, this.#trees, this.#booted, this.#bootFiles];
    await Promise.all(caches.map(async (each) => each?.[Symbol.asyncDispose]()));
  }
}
