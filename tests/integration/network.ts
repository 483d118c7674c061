import { command, commandWith, isInstalled, programPath } from './command.ts';

const PORT = 4_001;
const SLOW_RATE = '256kbit'; // some 30 KB/s: a frame of 64 KiB takes two seconds

/** The network of the machines: where each is, and what may go wrong between them. */
export interface Network extends AsyncDisposable {
  /** Of `cut`, `lose`, `reset` and `slow`; only processes can be struck without it. */
  readonly faulty: boolean;
  /** Where the node of a machine listens, as a multiaddr. */
  listen(machine: number): string;
  /** The command that runs another one on a machine. */
  within(machine: number): readonly string[];
  /** Nothing of `from` reaches `to`, and nobody is told. */
  cut(from: number, to: number): Promise<void>;
  mend(from: number, to: number): Promise<void>;
  /** Nothing reaches a machine, nor comes from it, as if its cable were pulled. */
  isolate(machine: number, on: boolean): Promise<void>;
  /** Of all that reaches a machine this share is lost; 0 for nothing. */
  lose(machine: number, share: number): Promise<void>;
  /** All connections of one with another break when next used, for as long as this holds. */
  reset(from: number, to: number, on: boolean): Promise<void>;
  /** What a machine sends is slow. */
  slow(machine: number, on: boolean): Promise<void>;
}

/** All on one loopback interface, where nothing goes wrong. */
export function loopback(): Network {
  const none = (): Promise<void> => Promise.resolve();
  return {
    faulty: false,
    listen: () => '/ip4/127.0.0.1/tcp/0',
    within: () => [],
    cut: none,
    mend: none,
    isolate: none,
    lose: none,
    reset: none,
    slow: none,
    [Symbol.asyncDispose]: none,
  };
}

/** Why there can be no network with faults here; undefined if there can. */
export async function whyNoNetns(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  if (!isInstalled('ip') || !isInstalled('tc')) return 'install iproute2';
  if (!isInstalled('nft')) return 'install nftables';
  const name = `vstar-try-${process.pid}`;
  try {
    await command('ip', 'netns', 'add', name);
    await command('ip', 'netns', 'del', name);
  } catch (error) {
    return `there are no network namespaces: ${(error as Error).message.trim()}`;
  }
  return undefined;
}

/** Takes away the namespaces of processes that were broken off: each has the id of its process in its name. */
export async function takeAwayLeft(): Promise<void> {
  for (const line of (await command('ip', 'netns', 'list')).split('\n')) {
    const [, name, pid] = /^(vstar-(?:[a-z]+-)?(\d+)\S*)/.exec(line) ?? [];
    if (name && !isAlive(Number(pid))) await command('ip', 'netns', 'del', name).catch(() => {}); // another did so
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false; // all namespaces are root's, which may send signals to any process
  }
}

interface Troubles {
  readonly cut: Set<number>;
  readonly reset: Set<number>;
  lost: number;
}

/** A network namespace for each machine, all on one bridge that is in a namespace of its own. */
export class NamespaceNetwork implements Network {
  readonly faulty = true;
  readonly #prefix: string;
  readonly #machines: number;
  readonly #troubles: readonly Troubles[];
  /** One change of a machine's rules after another. */
  readonly #turns: Promise<void>[] = [];

  private constructor(prefix: string, machines: number) {
    this.#prefix = prefix;
    this.#machines = machines;
    this.#troubles = Array.from({ length: machines }, () => {
      return { cut: new Set<number>(), reset: new Set<number>(), lost: 0 };
    });
  }

  /** @throws where `whyNoNetns` says why */
  static async make(machines: number): Promise<NamespaceNetwork> {
    const network = new NamespaceNetwork(`vstar-${process.pid}`, machines);
    try {
      await network.#build();
      return network;
    } catch (error) {
      await network[Symbol.asyncDispose]();
      throw error;
    }
  }

  listen(machine: number): string {
    return `/ip4/${addressOf(machine)}/tcp/${PORT}`;
  }

  within(machine: number): readonly string[] {
    return [programPath('ip'), 'netns', 'exec', this.#nameOf(machine)];
  }

  cut(from: number, to: number): Promise<void> {
    this.#troubles[to]!.cut.add(from);
    return this.#rule(to);
  }

  mend(from: number, to: number): Promise<void> {
    this.#troubles[to]!.cut.delete(from);
    return this.#rule(to);
  }

  async isolate(machine: number, on: boolean): Promise<void> {
    const port = ['-n', this.#bridge, 'link', 'set', `port${machine}`];
    await command('ip', ...port, ...(on ? ['nomaster'] : ['master', 'bridge']));
  }

  lose(machine: number, share: number): Promise<void> {
    this.#troubles[machine]!.lost = share;
    return this.#rule(machine);
  }

  reset(from: number, to: number, on: boolean): Promise<void> {
    const { reset } = this.#troubles[to]!;
    if (on) reset.add(from);
    else reset.delete(from);
    return this.#rule(to);
  }

  /** By `netem` where the kernel has it, which delays, else by a narrow pipe, in which things wait. */
  async slow(machine: number, on: boolean): Promise<void> {
    const queue = ['netns', 'exec', this.#nameOf(machine), programPath('tc'), 'qdisc'];
    const change = (...words: readonly string[]): Promise<string> =>
      command('ip', ...queue, ...words);
    if (!on) return void (await change('del', 'dev', 'net', 'root').catch(() => {}));
    const root = ['replace', 'dev', 'net', 'root'];
    await change(...root, 'netem', 'delay', '200ms', '100ms').catch(() =>
      change(...root, 'tbf', 'rate', SLOW_RATE, 'burst', '16kb', 'latency', '500ms'),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#turns);
    const all = [...this.#troubles.keys()].map((machine) => this.#nameOf(machine));
    for (const name of [...all, this.#bridge])
      await command('ip', 'netns', 'del', name).catch(() => {}); // the rest goes with it
  }

  async #build(): Promise<void> {
    const bridge = this.#bridge;
    await takeAwayLeft();
    await command('ip', 'netns', 'add', bridge);
    await command('ip', '-n', bridge, 'link', 'add', 'bridge', 'type', 'bridge');
    await command('ip', '-n', bridge, 'link', 'set', 'bridge', 'up');
    for (let machine = 0; machine < this.#machines; machine += 1) {
      const name = this.#nameOf(machine);
      await command('ip', 'netns', 'add', name);
      const port = ['name', `port${machine}`, 'netns', bridge];
      const peer = ['peer', 'name', 'net', 'netns', name];
      await command('ip', 'link', 'add', ...port, 'type', 'veth', ...peer);
      await command('ip', '-n', bridge, 'link', 'set', `port${machine}`, 'master', 'bridge', 'up');
      await command('ip', '-n', name, 'addr', 'add', `${addressOf(machine)}/24`, 'dev', 'net');
      await command('ip', '-n', name, 'link', 'set', 'lo', 'up');
      await command('ip', '-n', name, 'link', 'set', 'net', 'up');
    }
  }

  get #bridge(): string {
    return `${this.#prefix}-bridge`;
  }

  #nameOf(machine: number): string {
    return `${this.#prefix}-m${machine}`;
  }

  /** Makes the rules of what reaches a machine those that its troubles say. */
  #rule(machine: number): Promise<void> {
    const turn = (this.#turns[machine] ?? Promise.resolve()).then(() => {
      const { cut, reset, lost } = this.#troubles[machine]!;
      const rules = [
        ...[...cut].map((from) => `ip saddr ${addressOf(from)} drop`),
        ...[...reset].map(
          (from) => `ip saddr ${addressOf(from)} meta l4proto tcp reject with tcp reset`,
        ),
        ...(lost > 0 ? [`numgen random mod 100 < ${Math.round(lost * 100)} drop`] : []),
      ];
      const chain = `chain in { type filter hook input priority 0; policy accept;\n${rules.join('\n')}\n}`;
      const table = `table inet faults {\n${rules.length > 0 ? chain : ''}\n}`;
      const script = `table inet faults {}\ndelete table inet faults\n${table}\n`;
      const there = ['netns', 'exec', this.#nameOf(machine)];
      return commandWith(script, 'ip', ...there, programPath('nft'), '-f', '-');
    });
    this.#turns[machine] = turn.catch(() => {}); // whoever asked for it hears of it
    return turn;
  }
}

function addressOf(machine: number): string {
  return `10.213.0.${machine + 1}`;
}
