import { hasEnded } from '#kernel/life-cycle.ts';
import { disagreements } from '#tests/p2p/registers/support/history.ts';
import { pathsThatDisagree } from './checks/paths.ts';
import { misknownRecords } from './known-records.ts';
import { askFor, carryOut, CITIZEN, info } from './operations.ts';
import { put, usePath } from './path-operations.ts';
import type { Operation, Plan, Step } from './plan.ts';
import { useRegister } from './register-operations.ts';
import { PLANTED_BUGS, type BugName, type PlantedBug } from './planted-bugs.ts';
import { calm, strike } from './strike.ts';
import type { Process } from './world/process.ts';
import type { Programs } from './world/programs.ts';
import { World } from './world/world.ts';

const START_MS = 10_000;
// Until every node has met every other again, the lost are known to be lost, and what waits has run out.
const SETTLE_MS = 25_000;
const END_MS = 8_000;
// Of whoever has nothing else to do by then.
const ANSWER_MS = 5_000;
// vTasks of lives that are over, of which each node is asked.
const MOST_LOST = 30;

export interface Report {
  readonly seed: number;
  /** What must not have happened. */
  readonly faults: readonly string[];
  /** Of the whole run: the same for the same plan. */
  readonly hash: string;
  readonly events: number;
  /** Simulated milliseconds. */
  readonly forMs: number;
  readonly operations: number;
  /** vTasks that had to live at its end. */
  readonly mustRun: number;
  /** What managers that are components have decided. */
  readonly decisions: number;
}

export interface SimulateInit {
  readonly programs: Programs;
  readonly bug?: BugName | undefined;
  readonly trace?: (line: string) => void;
}

/** An operation that has not ended, and the process of its node. */
interface Ongoing {
  readonly operation: Operation;
  readonly began: number;
  readonly process: Process | undefined;
}

/** One life of a cluster: it comes up, is used while things go wrong, is left in peace, looked at, and ends. */
export async function simulate(
  plan: Plan,
  { programs, bug, trace }: SimulateInit,
): Promise<Report> {
  const { seed, nodes, forMs, components, steps } = plan;
  const planted: PlantedBug | undefined = bug && PLANTED_BUGS[bug];
  const managers = components ? await programs.managers() : undefined;
  const world = new World({ seed, nodes, programs, managers, bug: planted, trace });
  const putBack = planted?.begin?.();
  const { timeline } = world;
  const ongoing = new Set<Ongoing>();
  let operations = 0;
  const begin = (step: Extract<Step, { operation: object }>): void => {
    const { operation, client } = step;
    const each = { operation, began: timeline.now, process: world.machines[client]?.process };
    operations += 1;
    ongoing.add(each);
    carryOut(world, client, operation).then(
      () => ongoing.delete(each),
      () => ongoing.delete(each), // its node has ended
    );
  };
  await comeUp(world);
  if (world.faults.length === 0) {
    const begun = timeline.now;
    // One after another: thousands of events that wait would slow down all others.
    const follow = (index: number): void => {
      const step = steps[index];
      if (!step) return;
      timeline.at(begun + step.at, () => {
        follow(index + 1);
        if ('fault' in step) strike(world, step.fault);
        else begin(step);
      });
    };
    follow(0);
    await world.runFor(forMs);
    calm(world);
    await world.runFor(SETTLE_MS);
    calm(world); // whoever could not start on a full disk
    await world.runFor(START_MS);
    for (const { operation, began, process } of ongoing)
      if (process?.alive)
        world.fault(`it never ended: ${JSON.stringify(operation)} of ${Math.round(began)}`);
    await lookAtAll(world);
    await endAll(world);
    if (components) world.decisions.finish();
  }
  putBack?.();
  return {
    seed,
    faults: world.faults,
    hash: world.hash,
    events: timeline.events,
    forMs: timeline.now,
    operations,
    mustRun: world.mustRun.count,
    decisions: world.decisions.count,
  };
}

async function comeUp(world: World): Promise<void> {
  for (const machine of world.machines) machine.start();
  await world.runFor(START_MS);
  const late = world.machines.filter(({ node }) => node?.network.ready !== true);
  for (const { name } of late) world.fault(`${name} did not come up`);
  const stored = { outcome: '' };
  void put(world, world.client(0)!, CITIZEN, world.programs.citizen).then(
    (outcome) => (stored.outcome = outcome),
  );
  await world.runFor(1_000);
  if (stored.outcome !== 'ok') world.fault(`the image was not stored: ${stored.outcome}`);
}

/** Once all is well: every node is there and knows every other, whoever lives answers, and what was acknowledged is there. */
async function lookAtAll(world: World): Promise<void> {
  const { machines } = world;
  for (const { name, node } of machines) {
    if (!node) world.fault(`${name} is down`);
    const away = node?.network.members().filter(({ standing }) => standing === 'unreachable') ?? [];
    for (const member of away) world.fault(`${name} does not reach ${member.name}`);
  }
  const keys = new Set(world.registerEntries.map(({ key }) => key));
  const paths = new Set(world.pathEntries.map(({ path }) => path));
  const out = new Set<string>();
  const expect = (what: string, work: Promise<string>, failures: readonly string[]): void => {
    out.add(what);
    void work.then(
      (outcome) => {
        out.delete(what);
        if (failures.includes(outcome)) world.fault(`${what}: ${outcome}`);
      },
      (error: unknown) => world.fault(`${what}: ${String(error)}`),
    );
  };
  for (const at of machines.keys()) {
    for (const key of keys)
      expect(`read ${key} at m${at}`, useRegister(world, at, { kind: 'read', key }), [
        'unreachable',
      ]);
    for (const path of paths) {
      const got = carryOutGet(world, at, path);
      expect(`get ${path} at m${at}`, got, ['unreachable', 'corrupt', 'down']);
    }
  }
  for (const [at, vtid] of world.living())
    expect(`ask ${vtid}`, askFor(world, world.client(at)!, vtid, 'echo', ANSWER_MS), [
      'timeout',
      'unreachable',
    ]);
  const lost = world.known.filter((vtid) => world.isOfEarlierLife(vtid)).slice(-MOST_LOST);
  for (const at of machines.keys())
    for (const vtid of world.client(at) ? lost : [])
      expect(`info of the lost ${vtid} at m${at}`, info(world, world.client(at)!, vtid), [
        'ok',
        'unreachable',
        'no-such-task',
      ]);
  await world.runFor(START_MS);
  for (const what of out) world.fault(`it never ended: ${what}`);
  const misknown = misknownRecords(machines);
  if (misknown.length > 0) await world.runFor(START_MS); // what is still under way is no fault
  const still = new Set(misknownRecords(machines));
  for (const what of misknown) if (still.has(what)) world.fault(what);
  for (const key of disagreements(world.registerEntries))
    world.fault(`register ${key} is not linearizable`);
  for (const path of pathsThatDisagree(world.pathEntries))
    world.fault(`path ${path} is not linearizable`);
  world.mustRun.finish(world.named().map(({ name }) => name!));
  world.checks.finish(
    (vtid) => world.isAlive(vtid),
    (vtid) => world.fateOf(vtid),
  );
}

async function carryOutGet(world: World, at: number, path: string): Promise<string> {
  const client = world.client(at);
  return client ? usePath(world, client, { kind: 'get', path }) : 'down';
}

/** Whoever made vTasks goes: nothing may be left of them, and nothing of a node that has ended. */
async function endAll(world: World): Promise<void> {
  for (const at of world.machines.keys()) world.client(at)?.close();
  // What must run lives on without its creator, until it is killed.
  for (const { node } of world.machines)
    for (const vtask of node?.kernel.table.values() ?? [])
      if (vtask.restart !== 'never' && vtask.detached)
        void node!.kernel.end(vtask, { tag: 'killed' });
  await world.runFor(END_MS);
  for (const { name, node } of world.machines) {
    for (const { vtid, state, creator } of node?.kernel.table.values() ?? [])
      if (!hasEnded(state))
        world.fault(`${vtid} is left on ${name}, ${state}; its creator ${creator} has ended`);
  }
  const ending = world.machines.map(async (machine) => {
    const { process } = machine;
    await machine.shutDown();
    return { machine, timers: process?.timers ?? 0 };
  });
  const ended = new Set<string>();
  for (const each of ending)
    void each.then(
      ({ machine, timers }) => {
        ended.add(machine.name);
        if (timers > 0)
          world.fault(`${timers} timers are left of ${machine.name}, which has ended`);
      },
      (error: unknown) => world.fault(`a node did not end: ${String(error)}`),
    );
  await world.runFor(END_MS);
  for (const machine of world.machines) {
    if (!ended.has(machine.name)) world.fault(`${machine.name} did not end`);
    machine.kill();
  }
}
