import { command, commandWith, programPath } from './command.ts';
import { loopback, type Network, takeAwayLeft } from './network.ts';

const PORT = 4_001;

/**
 * Machines of which some have addresses that all reach, and each of the others stands behind a router of its own, which
 * translates its address, lets nobody in, and says nothing to whoever tries.
 */
export class NatNetwork {
  readonly #prefix = `vstar-nat-${process.pid}`;
  readonly #open: number;
  readonly #machines: number;

  private constructor(open: number, machines: number) {
    this.#open = open;
    this.#machines = machines;
  }

  /**
   * @param open how many of them, the first ones, can be reached
   * @throws where `whyNoNetns` says why
   */
  static async make(open: number, machines: number): Promise<Network> {
    const nat = new NatNetwork(open, machines);
    try {
      await nat.#build();
    } catch (error) {
      await nat.#takeAway();
      throw error;
    }
    return {
      ...loopback(),
      listen: (machine) => `/ip4/${nat.#addressOf(machine)}/tcp/${PORT}`,
      within: (machine) => [programPath('ip'), 'netns', 'exec', nat.#nameOf(machine)],
      [Symbol.asyncDispose]: () => nat.#takeAway(),
    };
  }

  async #build(): Promise<void> {
    await takeAwayLeft();
    const street = `${this.#prefix}-street`;
    await command('ip', 'netns', 'add', street);
    await command('ip', '-n', street, 'link', 'add', 'bridge', 'type', 'bridge');
    await command('ip', '-n', street, 'link', 'set', 'bridge', 'up');
    for (let machine = 0; machine < this.#machines; machine += 1) {
      const name = this.#nameOf(machine);
      await this.#namespace(name);
      const isOpen = machine < this.#open;
      const house = isOpen ? name : this.#routerOf(machine);
      if (!isOpen) await this.#namespace(house);
      await this.#wire([street, `port${machine}`], [house, 'net']);
      await command('ip', '-n', street, 'link', 'set', `port${machine}`, 'master', 'bridge', 'up');
      await this.#address(house, 'net', `10.214.0.${machine + 1}/24`);
      if (!isOpen) await this.#behind(machine);
    }
  }

  async #behind(machine: number): Promise<void> {
    const [name, router] = [this.#nameOf(machine), this.#routerOf(machine)];
    await this.#wire([router, 'in'], [name, 'net']);
    await this.#address(router, 'in', `192.168.${machine}.1/24`);
    await this.#address(name, 'net', `${this.#addressOf(machine)}/24`);
    await command('ip', '-n', name, 'route', 'add', 'default', 'via', `192.168.${machine}.1`);
    const there = ['netns', 'exec', router];
    await command('ip', ...there, programPath('sysctl'), '-qw', 'net.ipv4.ip_forward=1');
    const rules = `table ip nat {
      chain out { type nat hook postrouting priority 100; oifname "net" masquerade; }
      chain pass {
        type filter hook forward priority 0; policy drop;
        ct state established,related accept
        iifname "in" ip daddr != 192.168.0.0/16 accept
      }
    }`;
    await commandWith(rules, 'ip', ...there, programPath('nft'), '-f', '-');
  }

  async #namespace(name: string): Promise<void> {
    await command('ip', 'netns', 'add', name);
    await command('ip', '-n', name, 'link', 'set', 'lo', 'up');
  }

  async #wire(
    [one, oneEnd]: readonly [string, string],
    [other, otherEnd]: readonly [string, string],
  ): Promise<void> {
    const near = ['name', oneEnd, 'netns', one];
    const far = ['peer', 'name', otherEnd, 'netns', other];
    await command('ip', 'link', 'add', ...near, 'type', 'veth', ...far);
  }

  async #address(name: string, device: string, address: string): Promise<void> {
    await command('ip', '-n', name, 'addr', 'add', address, 'dev', device);
    await command('ip', '-n', name, 'link', 'set', device, 'up');
  }

  async #takeAway(): Promise<void> {
    const all = Array.from({ length: this.#machines }, (_, machine) => machine);
    const names = all.flatMap((machine) => [this.#nameOf(machine), this.#routerOf(machine)]);
    for (const name of [...names, `${this.#prefix}-street`])
      await command('ip', 'netns', 'del', name).catch(() => {}); // the rest goes with it
  }

  #addressOf(machine: number): string {
    return machine < this.#open ? `10.214.0.${machine + 1}` : `192.168.${machine}.2`;
  }

  #nameOf(machine: number): string {
    return `${this.#prefix}-m${machine}`;
  }

  #routerOf(machine: number): string {
    return `${this.#prefix}-r${machine}`;
  }
}
