import { fork, type ChildProcess } from 'node:child_process';
import { on, once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench } from '../bench.ts';
import { BenchFailedError } from '../cluster/vtask-run.ts';
import { interleave } from '../interleave.ts';
import { metric, type Metric } from '../report/metric.ts';
import { startEtcd } from './etcd.ts';
import type { FromMember, ToMember } from './member.ts';
import { swapping, type SwapFigures, type Swapping } from './swapping.ts';

const ROUNDS = 5;
const SWAPS = { one: 500, many: 3_000 };
const SHORT_SWAPS = { one: 50, many: 500 };
const IN_FLIGHT = 64;
const COMPLETE_WITHIN_MS = 60_000;

type Contestant = (work: Swapping) => Promise<SwapFigures>;

/** Compare-and-swap of registers on three nodes, each change synced to the disks of two, beside etcd. */
export const registers: Bench = {
  async run({ short, note }) {
    const swaps = short ? SHORT_SWAPS : SWAPS;
    await using nodes = await Nodes.start();
    await using etcd = await startEtcd();
    note(`swaps ${swaps.many} registers by turns, ${etcd ? 'beside' : 'without'} etcd`);
    let run = 0;
    const both = (swap: Contestant) => async (): Promise<[SwapFigures, SwapFigures]> => [
      await swap({ run: `${run++}`, swaps: swaps.one, inFlight: 1 }),
      await swap({ run: `${run++}`, swaps: swaps.many, inFlight: IN_FLIGHT }),
    ];
    const theirs: Contestant[] = etcd
      ? [(work) => swapping((...swap) => etcd.swap(...swap), work)]
      : [];
    const [ours, besides = []] = await interleave(short ? 1 : ROUNDS, [
      both((work) => nodes.swap(work)),
      ...theirs.map(both),
    ]);
    const name = etcd ? 'etcd, JSON over HTTP' : 'etcd (not run: apt install etcd-server)';
    const figure = (
      what: string,
      unit: string,
      of: (round: [SwapFigures, SwapFigures]) => number,
      rate = false,
    ): Metric =>
      metric({
        name: what,
        unit,
        rate,
        samples: ours!.map(of),
        baseline: { name, samples: besides.map(of) },
      });
    return [
      figure('a swap, p50', 'ms', ([one]) => one.p50Ms),
      figure('a swap, p99', 'ms', ([one]) => one.p99Ms),
      figure(`swaps, ${IN_FLIGHT} in flight`, '/s', ([, many]) => many.perSecond, true),
    ];
  },
};

/** Three nodes as processes of their own, of which the first is asked. */
class Nodes implements AsyncDisposable {
  readonly #folder: string;
  readonly #members: readonly ChildProcess[];

  private constructor(folder: string, members: readonly ChildProcess[]) {
    this.#folder = folder;
    this.#members = members;
  }

  static async start(): Promise<Nodes> {
    const folder = await mkdtemp(join(tmpdir(), 'vstar-bench-'));
    const members: ChildProcess[] = [];
    let bootstrap: readonly string[] = [];
    let ticket = '';
    const complete = Promise.withResolvers<void>();
    for (const name of ['a', 'b', 'c']) {
      const member = fork(fileURLToPath(new URL('./member.ts', import.meta.url)));
      members.push(member);
      member.on('message', (said: FromMember) => {
        if (said.kind === 'acceptors' && said.count === 3) complete.resolve();
      });
      const init = { name, folder: join(folder, name), bootstrap, ticket };
      member.send({ init } satisfies ToMember);
      const ready = await told(member, 'ready');
      if (bootstrap.length === 0) bootstrap = ready.addresses.slice(0, 1);
      ({ ticket } = ready);
    }
    // With fewer acceptors it would be another figure.
    const late = once(AbortSignal.timeout(COMPLETE_WITHIN_MS), 'abort');
    await Promise.race([complete.promise, late.then(fewer)]);
    return new Nodes(folder, members);
  }

  async swap(work: Swapping): Promise<SwapFigures> {
    const [first] = this.#members;
    first!.send({ work } satisfies ToMember);
    return (await told(first!, 'swapped')).figures;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(
      this.#members.map(async (member) => {
        const exit = once(member, 'exit');
        member.disconnect();
        await exit;
      }),
    );
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function fewer(): never {
  throw new BenchFailedError('the three nodes do not keep registers together');
}

/** The next of what a member says that is of this kind. */
async function told<K extends FromMember['kind']>(
  member: ChildProcess,
  kind: K,
): Promise<Extract<FromMember, { kind: K }>> {
  const of = (said: FromMember): said is Extract<FromMember, { kind: K }> => said.kind === kind;
  for await (const [said] of on(member, 'message', { close: ['exit'] }))
    if (of(said as FromMember)) return said as Extract<FromMember, { kind: K }>;
  throw new BenchFailedError('a member has ended');
}
