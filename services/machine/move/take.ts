import type { Clock } from '#kernel/clock.ts';
import type { Random } from '#kernel/random.ts';
import type { Move, Offer } from '#posiv-wit/generated/machine.ts';
import type { MachinePeers } from '../components.ts';
import { MachineFault } from '../errors.ts';
import { keepDisk, serveDisk } from '../qemu/disk-mirror.ts';
import { readMachine } from '../qemu/migration.ts';
import type { QemuProcess } from '../qemu/qemu-process.ts';
import { carry } from './carry.ts';
import { streamsOf } from './give.ts';

const TOKEN_BYTES = 16;

export interface TakeParts {
  readonly folder: string;
  readonly peers: MachinePeers;
  readonly clock: Clock;
  readonly random: Random;
  readonly tenant: string;
  /** What kind of processor machines have here. */
  readonly cpu: string;
}

/** A machine that is being taken from another node. */
export class Taking implements AsyncDisposable {
  readonly #parts: TakeParts;
  readonly #offer: Offer;
  readonly #begun: number;
  readonly #abort = new AbortController();
  #bytes = 0;
  /** It may be running here. */
  #goesOn = false;

  constructor(parts: TakeParts, offer: Offer) {
    this.#parts = parts;
    this.#offer = offer;
    this.#begun = parts.clock.now();
  }

  /**
   * Fills a QEMU that waits for its machine, which stands still afterwards: this node may let it go on, and no other.
   * @throws {refused} {incompatible} {failed} and what streams throw
   */
  async fill(qemu: QemuProcess): Promise<void> {
    const { folder, peers, random } = this.#parts;
    const { node, token } = this.#offer;
    const { signal } = this.#abort;
    const names = streamsOf(token);
    const answers = Buffer.from(random.bytes(TOKEN_BYTES)).toString('hex');
    const disk = await serveDisk(qemu, folder);
    const out = peers.write(answers);
    try {
      const given = await this.#calls.give(token, { cpu: this.#parts.cpu, answers });
      if (!given.ok) throw faultOf(given.error);
      const carried = carry(disk, out, peers.read(node, names.disk, signal));
      carried.catch(() => {}); // then the other side fails, and says so by the stream of memory
      await readMachine(qemu, this.#counted(peers.read(node, names.memory, signal)), {
        keepsMemory: false,
      });
      await keepDisk(qemu);
    } finally {
      disk.destroy();
      out.fail('it is not needed any more');
    }
  }

  /** Lets it go on, by `go`, and has the other node end what it has of it. */
  async finish(go: () => Promise<void>): Promise<Move> {
    this.#goesOn = true;
    await go();
    const { clock } = this.#parts;
    const totalMs = Math.round(clock.now() - this.#begun);
    // Should the other node not hear it, it holds a machine that stands still until its agent is ended.
    const downtimeUs = await Promise.resolve(this.#calls.taken(this.#offer.token)).catch(() => 0);
    return { from: this.#offer.node, downtimeUs, totalMs, bytes: this.#bytes };
  }

  /** To be called once nothing of the machine is left here: where it did not go on here it does so on the other node. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort(new MachineFault('failed', 'the machine is not taken any more'));
    if (this.#goesOn) return;
    await Promise.resolve(this.#calls.givenUp(this.#offer.token)).catch(() => {});
  }

  get #calls(): ReturnType<MachinePeers['calls']> {
    return this.#parts.peers.calls(this.#offer.node, this.#parts.tenant);
  }

  async *#counted(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const each of bytes) {
      this.#bytes += each.length;
      yield each;
    }
  }
}

function faultOf(error: {
  readonly tag: MachineFault['code'];
  readonly val?: string;
}): MachineFault {
  return new MachineFault(error.tag, error.val ?? error.tag);
}
