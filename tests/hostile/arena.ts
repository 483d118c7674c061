import { setTimeout as pause } from 'node:timers/promises';
import type { PosivClient } from '#node/control/client.ts';
import { RealCluster, upload } from '#tests/support/real-cluster.ts';
import { good } from '#tests/support/results.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';
import { DEFAULT_TENANT_QUOTA } from '#posiv-wit/quota.ts';
import { Attacker } from './attacker.ts';
import { echoImage } from './guests/core-image.ts';
import { Probe } from './probe.ts';
import { treeUsage } from './process-tree.ts';

const HOSTILE = 'mallory';
const OTHER = 'alice';
const ECHO = '/images/echo';
// A start is a burst of memory: it is over once the sum has stood still for a second, or at last after fifteen.
const LOOK_EVERY_MS = 250;
const STEADY_LOOKS = 4;
const STEADY_BYTES = 4 * 2 ** 20;
const MOST_LOOKS = 60;

/** A quiet vTask that is asked again and again. */
export interface Neighbour {
  readonly vtid: string;
  readonly probe: Probe;
}

/** A node with process cells, a hostile tenant, and a quiet vTask in its lane and in the cell of another tenant. */
export class Arena implements AsyncDisposable {
  /** In the lane of the hostile guests. */
  readonly near: Neighbour;
  /** In another tenant's cell. */
  readonly far: Neighbour;
  readonly #cluster: RealCluster;
  readonly #owner: PosivClient;
  readonly #token: string;
  readonly #recruits = new Map<string, Attacker>();
  /** Processes. A cell stays for a minute. */
  readonly #left = new Set<number>();
  #recruited = 0;

  private constructor(
    cluster: RealCluster,
    owner: PosivClient,
    token: string,
    near: Neighbour,
    far: Neighbour,
  ) {
    this.#cluster = cluster;
    this.#owner = owner;
    this.near = near;
    this.far = far;
    this.#token = token;
  }

  static async start(): Promise<Arena> {
    const cluster = await RealCluster.start(1, { lanes: 1 });
    const owner = await cluster.connect();
    const token = good(await owner.tenants.add(HOSTILE, undefined));
    const other = good(await owner.tenants.add(OTHER, undefined));
    const near = await neighbour(cluster, token);
    const far = await neighbour(cluster, other);
    const arena = new Arena(cluster, owner, token, near, far);
    await arena.#settle();
    return arena;
  }

  /** Whether all that are to be quiet are there. */
  get whole(): boolean {
    return this.near.probe.failure === undefined && this.far.probe.failure === undefined;
  }

  /** A hostile tenant's session for one scenario. What it starts ends with it. */
  async attacker(rageMs: number, begins?: () => Promise<unknown>): Promise<Attacker> {
    return this.#attacker(HOSTILE, this.#token, rageMs, begins);
  }

  /** After a scenario: ends the session, and takes away the tenants that were made for it. */
  async leave({ client }: Attacker): Promise<void> {
    await client.close();
    for (const [name, recruit] of this.#recruits) {
      for (const pid of (await recruit.tenant()).cells) this.#left.add(pid);
      await recruit.client.close();
      good(await this.#owner.tenants.remove(name));
    }
    this.#recruits.clear();
  }

  async #attacker(
    name: string,
    token: string,
    rageMs: number,
    begins?: () => Promise<unknown>,
  ): Promise<Attacker> {
    return new Attacker({
      client: await this.#cluster.connect(0, { token }),
      rageMs,
      begins,
      neighbour: this.near.vtid,
      stranger: this.far.vtid,
      recruit: async (quota) => {
        const other = `${HOSTILE}-${this.#recruited++}`;
        const added = await this.#owner.tenants.add(other, { ...DEFAULT_TENANT_QUOTA, ...quota });
        const recruit = await this.#attacker(other, good(added), rageMs);
        this.#recruits.set(other, recruit);
        return recruit;
      },
      tenant: async () => (await this.#owner.tenants.list()).find((each) => each.name === name)!,
    });
  }

  /** Bytes that the node and all of its processes hold, but for cells that wait for the next vTask of a tenant that has gone. */
  async memory(): Promise<number> {
    return (await treeUsage(this.#cluster.nodes[0]!.process.pid!, this.#left)).memory;
  }

  /** Waits until its processes have started: the next warm cell too. */
  async #settle(): Promise<void> {
    let same = 0;
    let before = 0;
    for (let look = 0; look < MOST_LOOKS && same < STEADY_LOOKS; look += 1) {
      await pause(LOOK_EVERY_MS);
      const now = await this.memory();
      same = Math.abs(now - before) < STEADY_BYTES ? same + 1 : 0;
      before = now;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { probe } of [this.near, this.far]) await probe[Symbol.asyncDispose]();
    await this.#owner.close();
    await this.#cluster[Symbol.asyncDispose]();
  }
}

async function neighbour(cluster: RealCluster, token: string): Promise<Neighbour> {
  const client = await cluster.connect(0, { token });
  await upload(client, ECHO, await echoImage());
  const vtid = good(await client.vtask.new(undefined, ECHO, [], DEFAULT_OPTIONS));
  good(await client.vtask.sched(vtid));
  const { socket } = cluster.nodes[0]!;
  return { vtid, probe: new Probe({ socket, token, vtid }) };
}
