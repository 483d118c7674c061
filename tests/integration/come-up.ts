import { acceptorsFor } from '#p2p/registers/acceptor-choice.ts';
import { CITIZEN } from '#tests/simulation/operations.ts';
import { put } from '#tests/simulation/path-operations.ts';
import { buildCitizen } from '#tests/simulation/world/programs.ts';
import { good } from '#tests/support/results.ts';
import { eventually } from './eventually.ts';
import type { RealWorld } from './real-world.ts';

const WELL = new Set(['self', 'up']);

/** Starts all nodes of a world, makes them one cluster, and stores the guests' image. @throws {never} */
export async function comeUp(world: RealWorld): Promise<void> {
  const [first, ...rest] = world.machines;
  first!.start();
  const client = await world.reached(0);
  const wish = { ttlMs: 0, uses: rest.length, node: undefined, admits: true };
  const bootstrap = (await client.nodes.list()).flatMap(({ addresses }) => addresses);
  if (rest.length > 0) {
    const { text } = good(await client.admission.createTicket(wish));
    for (const machine of rest) {
      machine.joinBy(bootstrap, text);
      machine.start();
    }
  }
  await allWell(world);
  const image = await buildCitizen();
  // A path can be written once the entries of paths have as many holders as they are to have.
  await eventually('the image is stored', async () => {
    return (await put(world, client, CITIZEN, image)) === 'ok';
  });
  world.pathEntries.length = 0;
}

/** Resolves once every node runs, knows every other, and is connected with it, and there are the acceptors that there are to be. */
export async function allWell(world: RealWorld): Promise<void> {
  const nodes = world.machines.length;
  const acceptors = acceptorsFor(nodes);
  for (const { at, name } of world.machines) {
    let seen = 'it cannot be talked to';
    const isWell = async (): Promise<boolean> => {
      const members = (await world.client(at)?.nodes.list()) ?? [];
      const well = members.filter(({ standing, connected }) => WELL.has(standing) && connected);
      const keepers = members.filter(({ keepsRegisters }) => keepsRegisters);
      const names = (some: typeof members): string => some.map((each) => each.name).join(' ');
      seen = `of ${names(members)} it reaches ${names(well)}, and ${names(keepers)} keep registers`;
      return well.length === nodes && keepers.length === acceptors;
    };
    await eventually(
      `${name} sees all others`,
      () => isWell().catch(() => false),
      () => seen,
    );
  }
}
