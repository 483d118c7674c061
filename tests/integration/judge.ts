import { hasEnded } from '#cli/all-vtasks.ts';
import { disagreements } from '#tests/p2p/registers/support/history.ts';
import { Checks } from '#tests/simulation/checks/checks.ts';
import { pathsThatDisagree } from '#tests/simulation/checks/paths.ts';
import type { Fate } from '#tests/simulation/checks/watches.ts';
import { usePath } from '#tests/simulation/path-operations.ts';
import { useRegister } from '#tests/simulation/register-operations.ts';
import { eventually } from './eventually.ts';
import type { RealWorld } from './real-world.ts';

const HEARD_WITHIN_MS = 60_000;
const ANSWERS_WITHIN_MS = 10_000;
/** What a node that has just begun says, or one that is beginning. */
const DOWN = /unreachable|down/;

/** Once all is well: what was acknowledged is there, everywhere the same, and whatever was to be heard has been heard. */
export async function judge(world: RealWorld): Promise<void> {
  await lookAtAll(world);
  for (const key of disagreements(world.registerEntries))
    world.fault(`register ${key} is not linearizable`);
  for (const path of pathsThatDisagree(world.pathEntries))
    world.fault(`path ${path} is not linearizable`);
  // What is on its way still, as news that a node is lost, comes after a while.
  let found: readonly string[] = [];
  const isRight = async (): Promise<boolean> => (found = await faultsNow(world)).length === 0;
  await eventually('all was heard', isRight, () => found.join(), HEARD_WITHIN_MS).catch(() => {});
  for (const fault of found) world.fault(fault);
}

/** Every node reads every register and path that was used. */
async function lookAtAll(world: RealWorld): Promise<void> {
  const keys = new Set(world.registerEntries.map(({ key }) => key));
  const paths = new Set(world.pathEntries.map(({ path }) => path));
  const expect = async (what: string, use: () => Promise<string>): Promise<void> => {
    let outcome = '';
    const answers = async (): Promise<boolean> => !DOWN.test((outcome = await use().catch(String)));
    // A node that was fenced while it was cut off may have been among the others again when they were looked at, and begins anew only now.
    await eventually(what, answers, () => outcome, ANSWERS_WITHIN_MS).catch(() => {});
    if (DOWN.test(outcome) || /corrupt|Error/.test(outcome)) world.fault(`${what}: ${outcome}`);
  };
  for (const { at, name } of world.machines) {
    for (const key of keys)
      await expect(`read ${key} at ${name}`, () => useRegister(world, at, { kind: 'read', key }));
    for (const path of paths)
      await expect(`get ${path} at ${name}`, async () => {
        const client = world.client(at);
        return client ? usePath(world, client, { kind: 'get', path }) : 'down';
      });
  }
}

/** What the checks find in all that was seen until now. */
async function faultsNow(world: RealWorld): Promise<readonly string[]> {
  const asked = new Set<string>();
  const first = new Checks(() => {});
  await world.tell(first);
  first.finish(
    (vtid) => asked.add(vtid) !== undefined,
    (vtid) => (asked.add(vtid), 'unknown'),
  );
  const fates = await fatesOf(world, asked);
  const faults: string[] = [];
  const checks = new Checks((what) => faults.push(what));
  await world.tell(checks);
  checks.finish(
    (vtid) => fates.get(vtid) === 'alive',
    (vtid) => fates.get(vtid) ?? 'unknown',
  );
  return faults;
}

/** What has become of vTasks, by their birth nodes, or by what these said before they ended themselves. */
async function fatesOf(
  world: RealWorld,
  vtids: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Fate>> {
  const ends = await world.ends();
  const client = await world.reached(0);
  const fates = new Map<string, Fate>();
  for (const vtid of vtids) {
    const info = await client.vtask.info(vtid);
    if (info.ok) fates.set(vtid, fateOf(hasEnded(info.value), info.value.reason?.tag));
    // Whether those who watched one that exited a moment before heard of that, or only that it is gone, nobody can say.
    else if (info.error.tag === 'no-such-task' || info.error.tag === 'task-died')
      fates.set(vtid, ends.get(vtid) === 'exited' ? 'unknown' : 'lost');
    else world.note(`${vtid} cannot be asked: ${info.error.tag}`);
  }
  return fates;
}

function fateOf(isOver: boolean, reason: string | undefined): Fate {
  if (!isOver) return 'alive';
  return reason === 'exited' ? 'exited' : 'died';
}
