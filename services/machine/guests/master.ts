// The vTask that keeps a tenant's machines. It can be lost at any moment: what there is to be stands in vStore, and who comes
// after it finds the agents by their names. See ../README.md for what it answers.
import { LATER, NEVER, log, now, registerRpc, reply, replyError, serve } from 'vstar';
import type { Caller } from 'vstar';
import { nodes } from 'vstar/cluster';
import { hosts } from 'vstar/hosts';
import { publish } from 'vstar/services';
import { Agents } from './agents.ts';
import { Book } from './book.ts';
import type { Group, Machine } from './book.ts';
import { NoSuchMachineError } from './errors.ts';
import { Fleet } from './fleet.ts';
import type { Listed } from './list.ts';
import type { Done } from './moves.ts';
import { Removal } from './removal.ts';
import type { RemoveRequest } from './removal.ts';
import { checkClones, clonesOf, groupOf } from './request.ts';
import type { CloneRequest, Request } from './request.ts';

/** What it tells of itself as a service. */
const SERVICE = {
  name: 'machine-master',
  version: '0.1.0',
  interface: 'posiv:machine/master-task@0.1.0',
};
const LOOK_AGAIN_MS = 2_000;
/** A move takes a second or two, and what it changed shows in the load a while later. */
const BALANCE_MS = 30_000;

/** What `act` is asked for. */
interface Action {
  name: string;
  action: 'start' | 'pause' | 'resume' | 'suspend' | 'stop' | 'migrate' | 'snapshot';
  /** For those that start or move it: the id or name of the node that it must be on; empty for any. */
  node: string;
}

export function run([agentImage = '']: string[]): void {
  const book = new Book();
  const agents = new Agents(agentImage);
  const fleet = new Fleet(book, agents);
  const removal = new Removal({ book, agents, fleet });
  const begin = (group: Group): { names: string[] } => {
    book.add(group);
    fleet.begin(group);
    return { names: group.machines.map(({ name }) => name) };
  };

  registerRpc('create', (request: Request) => {
    book.settle(false); // names of machines that have ended are free
    return begin(groupOf(request, book));
  });
  registerRpc('clone', (request: CloneRequest, caller) => {
    const source = found(book, request.source);
    book.settle(false);
    checkClones(request, book);
    const done = answering(caller);
    cloneable(fleet, source, (error) => {
      if (error !== undefined) return done(error);
      try {
        done(undefined, begin(clonesOf(request, source, book)));
      } catch (refused) {
        done((refused as Error).message);
      }
    });
    return LATER;
  });
  registerRpc('list', (asked: Listed) => fleet.list(asked));
  registerRpc('count', ({ group }: { group: string }) => fleet.count(group));
  registerRpc('find', ({ name }: { name: string }) => ({ machine: fleet.find(name) }));
  registerRpc('hosts', () => hosts());
  registerRpc('act', (action: Action, caller) => {
    const { group, machine } = found(book, action.name);
    act(fleet, group, machine, action, answering(caller));
    return LATER;
  });
  registerRpc('remove', (request: RemoveRequest, caller) => {
    removal.begin(request, answering(caller));
    return LATER;
  });
  registerRpc('leaving', () => ({ count: removal.count }));

  tell('starting');
  book.load();
  fleet.recover();
  removal.look();
  tell('running');
  let [looked, balanced] = [now(), now()];
  for (;;) {
    const waitMs = book.groups.size > 0 ? LOOK_AGAIN_MS : NEVER;
    serve(removal.count > 0 ? 0 : waitMs);
    removal.step();
    if (now() - looked < LOOK_AGAIN_MS) continue;
    looked = now();
    fleet.look();
    removal.look();
    const drained = nodes().filter(({ draining }) => draining);
    fleet.evacuation.clear(new Set(drained.map(({ id }) => id)));
    fleet.keeping.snapshotNext();
    if (now() - balanced < BALANCE_MS) continue;
    balanced = now();
    fleet.evacuation.balance();
  }
}

function tell(state: 'starting' | 'running'): void {
  try {
    publish({ ...SERVICE, state });
  } catch (error) {
    log('warn', `it is not among the services: ${(error as Error).message}`); // it keeps machines all the same
  }
}

function act(
  fleet: Fleet,
  group: Group,
  machine: Machine,
  { action, node }: Action,
  done: Done,
): void {
  const isThere = fleet.isThere(machine);
  switch (action) {
    case 'start':
      return fleet.start(group, machine, node || undefined, done);
    case 'resume':
      if (!isThere) return fleet.start(group, machine, node || undefined, done);
      return fleet.hold(group, machine, 'resume', done);
    case 'pause':
      return fleet.hold(group, machine, 'pause', done);
    case 'migrate':
      return fleet.move(group, machine, node || undefined, done);
    case 'snapshot':
      return fleet.keeping.snapshot(group, machine, done);
    case 'suspend':
    case 'stop':
      return fleet.keeping.leave(group, machine, action, done);
  }
}

/** Makes sure that there is something of a machine for others to begin with: one that runs is kept as it is now. */
function cloneable(
  fleet: Fleet,
  { group, machine }: { group: Group; machine: Machine },
  done: Done,
): void {
  if (fleet.isThere(machine)) fleet.keeping.snapshot(group, machine, done);
  else if (machine.kept) done();
  else done(`refused: nothing was kept of ${machine.name}, and it is not there`);
}

function found(book: Book, name: string): { group: Group; machine: Machine } {
  const known = book.find(name);
  if (!known) throw new NoSuchMachineError(name);
  return known;
}

function answering({ token }: Caller): Done {
  return (error, result) => {
    try {
      if (error === undefined) reply(token, result ?? {});
      else replyError(token, error);
    } catch {
      // Who asked has gone.
    }
  };
}
