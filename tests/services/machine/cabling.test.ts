// What machines have of networks with their node, with the real processes that give them these.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { duplexPair } from 'node:stream';
import test, { type ExecutionContext } from 'ava';
import { Cabling } from '#services/machine/driver/cabling.ts';
import { Links } from '#services/machine/network/links.ts';
import { Qemu } from '#services/machine/qemu/qemu.ts';
import { eventually } from '#tests/cli/vstar-process.ts';
import { freePorts } from '#tests/support/free-ports.ts';
import { ManualClock } from '#tests/support/manual-clock.ts';
import { hasQemu } from '#tests/support/with-qemu.ts';
import { processesLike } from './compliance/driver-world.ts';

/** Counts what waits for time to pass. */
class CountingClock extends ManualClock {
  waits = 0;
  #heard = (): void => {};

  override after(ms: number, fn: () => void): () => void {
    this.waits += 1;
    this.#heard();
    return super.after(ms, fn);
  }

  /** Resolves once so many have waited in all. */
  hasWaits(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.#heard = () => {
        if (this.waits >= count) resolve();
      };
      this.#heard();
    });
  }
}

/** A card of a machine with a network whose port leads to it, and what is said about that. */
async function cabled(t: ExecutionContext, hostPort: number) {
  const clock = new CountingClock();
  const told: string[] = [];
  const heard = new Set<() => void>();
  const warn = (text: string): void => {
    told.push(text);
    for (const each of heard) each();
  };
  const logger = { debug() {}, info() {}, warn, error() {} };
  const qemu = await Qemu.find(process.env['PATH'] ?? '');
  const links = new Links(clock, { others: () => new Set(), carry: async () => false });
  const agent = { vtid: 'agent', creator: undefined, tenant: 'default' };
  const cabling = new Cabling({ clock, logger, links, qemu }, agent);
  t.teardown(() => cabling.close());
  const forward = { address: '127.0.0.1', hostPort, guestPort: 80 };
  const network = { tag: 'user', val: { outward: false, forwards: [forward] } } as const;
  const cards = [{ mac: '02:00:0a:00:02:0f', network }];
  await cabling.join({ others: [duplexPair()[0]] }, { cards, bandwidth: 1 << 20 });
  const hasTold = (count: number): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (told.length >= count) resolve();
      };
      heard.add(look);
      look();
    });
  return { clock, told, hasTold };
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const isOpen = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return isOpen;
}

test('a network that was lost and does not come back is told of once, and comes back when it can', async (t) => {
  if (!hasQemu(t)) return;
  t.timeout(60_000);
  const [port] = (await freePorts(1)) as [number];
  const { clock, told, hasTold } = await cabled(t, port);
  t.true(await answers(port));
  const [lost] = await processesLike(/vstar-network/);
  process.kill(lost!, 'SIGKILL');
  await hasTold(1);
  const other = createServer().listen(port, '127.0.0.1');
  await once(other, 'listening');
  // Three times there is somebody else at its port.
  const before = clock.waits;
  for (let tried = 1; tried <= 3; tried += 1) {
    await clock.advance(1_000);
    await clock.hasWaits(before + tried);
  }
  t.deepEqual(told, [
    'the network of a machine has ended',
    'the network of a machine does not come back yet',
  ]);
  other.close();
  await once(other, 'close');
  await clock.advance(1_000);
  await eventually(() => answers(port));
  t.is(told.length, 2);
});
