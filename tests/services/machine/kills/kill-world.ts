import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { allVTasks, hasEnded } from '#cli/all-vtasks.ts';
import { DONE_WITHIN_MS, MachineMaster, type MachineInfo } from '#cli/machine/master.ts';
import { talk } from '#cli/machine/typing.ts';
import type { PosivClient } from '#node/control/client.ts';
import { eventually } from '#tests/integration/eventually.ts';
import { CACHE, RealCluster, type RealNode } from '#tests/support/real-cluster.ts';
import { good } from '#tests/support/results.ts';
import { storeTinyTemplate } from '#tests/support/tiny-template.ts';
import { CACHES } from '../support/hosts.ts';
import { hypervisorsBelow, processesIn } from './processes.ts';
import type { Order, Said } from './struck-node.ts';

const MIB = 2 ** 20;
const ENTRY = fileURLToPath(new URL('struck-node.ts', import.meta.url));
const OVER: ReadonlySet<string> = new Set(['running', 'paused', 'suspended', 'stopped', 'off']);

/** Three real nodes that can be told at which step they are to be killed, and the machines on them. */
export class KillWorld implements AsyncDisposable {
  readonly cluster: RealCluster;
  readonly #clients = new Map<RealNode, PosivClient>();
  readonly #left = new AbortController();
  /** The processes of nodes that were killed. */
  readonly #killed = new Set<string>();

  private constructor(cluster: RealCluster) {
    this.cluster = cluster;
  }

  static async open(): Promise<KillWorld> {
    const world = new KillWorld(await RealCluster.start(3, {}, { entry: ENTRY }));
    try {
      const client = await world.client(0);
      await storeTinyTemplate(client);
      await client.hosts.list(); // each finds out what it can run machines by, which takes a busy one long
      await world.settled(0); // there is a master
      return world;
    } catch (error) {
      await world[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Where a node is among them. */
  at(id: string | null): number {
    return this.cluster.nodes.findIndex((node) => node.id === id);
  }

  async client(at: number): Promise<PosivClient> {
    const node = this.cluster.nodes[at]!;
    const known = this.#clients.get(node);
    if (known) return known;
    const client = await this.cluster.connect(at);
    this.#clients.set(node, client);
    return client;
  }

  async master(asked: number): Promise<MachineMaster> {
    return MachineMaster.of(await this.client(asked), this.#left.signal, () => {});
  }

  async find(asked: number, name: string): Promise<MachineInfo> {
    return (await this.master(asked)).find(name);
  }

  /** Begins to make machines. @param fresh of a template that no node has started yet */
  async create(
    asked: number,
    name: string,
    count: number,
    { fresh = false }: { readonly fresh?: boolean } = {},
  ): Promise<void> {
    const template = fresh ? 'fresh' : 'tiny';
    if (fresh) await storeTinyTemplate(await this.client(asked), template, randomUUID());
    const shape = { memory: 32 * MIB, processors: 1, disk: 64 * MIB };
    const wish = { restart: 'on-failure', paused: false, snapshotEvery: 0, backend: null };
    const master = await this.master(asked);
    await master.ask('create', { name, count, template, shape, ...wish });
  }

  async act(asked: number, name: string, action: string, node = ''): Promise<void> {
    const master = await this.master(asked);
    await master.ask('act', { name, action, node }, DONE_WITHIN_MS);
  }

  /** Removes machines, and makes sure that nothing is left of them. */
  async remove(asked: number, ...names: readonly string[]): Promise<void> {
    const master = await this.master(asked);
    await master.ask('remove', { names }, DONE_WITHIN_MS);
  }

  /** Types words on a console, and waits until it has said a text after that. @param until Default: whatever it says first */
  async say(asked: number, name: string, words: string, until = ''): Promise<string> {
    const { vtid } = await this.find(asked, name);
    if (vtid === null) throw new Error(`${name} is not there`);
    const said = await talk(await this.client(asked), vtid, words, until, this.#left.signal);
    if (said === undefined) throw new Error(`${name} has ended`);
    return said;
  }

  /** Resolves with all machines once the master answers and nothing is being done to one of those any more. */
  async settled(
    asked: number,
    isSo: (machine: MachineInfo) => boolean = isOver,
  ): Promise<MachineInfo[]> {
    let seen: readonly MachineInfo[] | string = [];
    await eventually(
      'machines are as they are to be',
      async () => {
        try {
          seen = await (await this.master(asked)).list();
          return seen.every(isSo);
        } catch (error) {
          seen = String(error); // its node was killed, and nobody has come after it yet
          return false;
        }
      },
      () => JSON.stringify(seen),
    );
    return seen as unknown as MachineInfo[];
  }

  /** Tells a node at which step it is to be struck. @returns whether it has heard: one that is killed meanwhile does not */
  async arm(at: number, order: Order, heard: (said: Said) => void = () => {}): Promise<boolean> {
    const { process: child } = this.cluster.nodes[at]!;
    const armed = Promise.withResolvers<boolean>();
    child.removeAllListeners('message').on('message', (said: Said) => {
      if (said === 'armed') armed.resolve(true);
      else heard(said);
    });
    child.send(order, () => {}); // what cannot be sent any more nobody hears
    return Promise.race([armed.promise, this.gone(at).then(() => false)]);
  }

  /** @returns whether it was in time: a node may have come to the step of which it was told */
  disarm(at: number): Promise<boolean> {
    return this.arm(at, { step: 'none', what: 'node' });
  }

  /** Resolves when a node has been killed. */
  gone(at: number): Promise<void> {
    return this.cluster.nodes[at]!.ended;
  }

  /** Starts a node again that was killed. Throws where something of its machines outlives it. */
  async again(at: number): Promise<void> {
    const { name, process: child } = this.cluster.nodes[at]!;
    this.#killed.add(`${child.pid}`);
    const folder = join(this.cluster.folder, name);
    await eventually(
      `all processes of ${name} have ended`,
      () => processesIn(join(folder, 'machines')).length === 0,
    );
    await this.cluster.startAgain(at);
  }

  /** Resolves once on the nodes and in vStore there is what machines need, and nothing else. */
  async holdsOnly(asked: number, names: readonly string[]): Promise<void> {
    let seen: object = {};
    await eventually(
      `nothing but ${names.join()} is there`,
      async () => {
        const [machines, all] = await Promise.all([
          this.settled(asked, () => true),
          this.#found(asked),
        ]);
        seen = all;
        const there = machines.filter(({ vtid }) => vtid !== null).length;
        const { folders, hypervisors, agents, held, paths, promises, left } = all;
        return (
          machines.every(({ name }) => names.includes(name)) &&
          [folders, hypervisors, agents, held].every((each) => each === there) &&
          paths.every((path) => names.some((name) => isOf(path, name))) &&
          promises === new Set(machines.flatMap(({ node }) => node ?? [])).size &&
          left.length === 0
        );
      },
      () => JSON.stringify(seen),
    );
  }

  /** All that there is of machines. */
  async #found(asked: number) {
    const client = await this.client(asked);
    const [hosts, { vtasks }, paths, promises, templates] = await Promise.all([
      client.hosts.list(),
      allVTasks(client),
      client.files.list('/machines/', undefined),
      readdir(join(CACHE, 'machine-promises')),
      readdir(join(CACHE, 'machine-templates')),
    ]);
    const { nodes, folder } = this.cluster;
    const folders = await Promise.all(
      nodes.map(({ name }) => readdir(join(folder, name, 'machines'))),
    );
    const pids = new Set(nodes.map(({ process: { pid } }) => `${pid}`));
    return {
      folders: folders.flat().filter((each) => !CACHES.has(each)).length,
      hypervisors: nodes.flatMap(({ process: { pid } }) => hypervisorsBelow(pid!)).length,
      agents: vtasks.filter((each) => !hasEnded(each) && each.name?.startsWith('machine.')).length,
      held: hosts.reduce((sum, { machines }) => sum + machines, 0),
      paths: good(paths).map(({ path }) => path),
      // Of those of other tests of this machine nothing is known.
      promises: promises.filter((each) => pids.has(pidOf(each))).length,
      left: [...promises, ...templates].filter((each) => this.#killed.has(pidOf(each))),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#left.abort();
    for (const client of this.#clients.values()) await client.close();
    await this.cluster[Symbol.asyncDispose]();
  }
}

/** Whether nothing is being done to a machine. */
export function isOver({ state }: MachineInfo): boolean {
  return OVER.has(state);
}

/** Whether a path of vStore has what is kept of a machine, or of its group. */
function isOf(path: string, name: string): boolean {
  const group = name.replace(/-\d+$/, '');
  const last = path.split('/').at(-1)!;
  return [name, group].some((each) => last === each || last.startsWith(`${each}.`));
}

/** That a file is named by: what a node has promised, or a template that it starts. */
function pidOf(name: string): string {
  return /^(?:new-)?(\d+)-/.exec(name)?.[1] ?? '';
}
