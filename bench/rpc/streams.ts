import type { PosivClient } from '#node/control/client.ts';
import { buildC } from '../cluster/c-guest.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { runToEnd, start, upload } from '../cluster/vtask-run.ts';
import type { RpcLoad } from './figures.ts';
import { source } from './guests.ts';

/**
 * Many vTasks that send to one, all at once: a sender waits until its message is in the mailbox, so one alone measures the
 * way there and back. They are on the first node, whom they send to on the last.
 */
export class Streams {
  readonly #cluster: Cluster;
  readonly #vtids: readonly string[];
  readonly #messages: number;

  private constructor(cluster: Cluster, vtids: readonly string[], messages: number) {
    this.#cluster = cluster;
    this.#vtids = vtids;
    this.#messages = messages;
  }

  /** The senders are made first: where a cell holds just as many, the other end is in another. */
  static async start(cluster: Cluster, { requests, inFlight }: RpcLoad): Promise<Streams> {
    const { client, nodes } = cluster;
    await uploadGuests(client);
    const each = Math.ceil(requests / inFlight);
    const senders: string[] = [];
    for (let made = 0; made < inFlight; made++)
      senders.push(await start(client, '/bench/sender', [String(each)], nodes[0]!.id));
    const echo = await start(client, '/bench/taker', [], nodes.at(-1)!.id);
    return new Streams(cluster, [echo, ...senders], each * inFlight);
  }

  /** Messages a second. */
  async measure(): Promise<number> {
    const { client, nodes } = this.#cluster;
    const us = Number(await runToEnd(client, '/bench/stream', this.#vtids, nodes[0]!.id));
    return (this.#messages * 1e6) / us;
  }
}

async function uploadGuests(client: PosivClient): Promise<void> {
  for (const name of ['sender', 'stream'])
    await upload(client, `/bench/${name}`, await buildC(source(`${name}.c`)));
  await upload(client, '/bench/taker', await buildC(source('echo.c')));
}
