// One worker node as it is, in a process that also counts the steps of what becomes of machines on it, and at one of them, where its test
// wants that, is killed, or kills the hypervisors that it has: at the moment of it, before anything else can happen.
import type { ComposedNode } from '#node/compose-node.ts';
import { startEnduringNode } from '#node/enduring-node.ts';
import { STEP_LINE } from '#services/machine/driver/steps.ts';
import { runNode } from '#tests/support/run-node.ts';
import { hypervisorsBelow } from './processes.ts';

/** What a test says to such a node; it answers `armed`. */
export interface Order {
  /** As `step` has it; none for one that only says which there are. */
  readonly step: string | undefined;
  readonly what: 'node' | 'hypervisors';
}

/** What such a node says to its test. */
export type Said = 'armed' | 'struck' | { readonly step: string };

/** What the master and the agents of machines ask of their node, of which something could be left. */
const CALLS = /^posiv:(?:vstore\/files|machine\/h\w+|kernel\/vtask)@[\d.]+#(?!list|read|find|stat)/;

/** What the master begins to keep a change with: it has been told to make it, and of that there is nothing anywhere yet. */
const BEGINS = /^posiv:vstore\/blobs@[\d.]+#create$/;

let order: Order | undefined;
const counts = new Map<string, number>();

process.on('message', (given: Order) => {
  order = given;
  counts.clear();
  say('armed');
});

await runNode(startEnduringNode, ({ kernel }: ComposedNode) => {
  const { logger } = kernel.components;
  const debug = logger.debug.bind(logger);
  logger.debug = (message, fields) => {
    if (message === STEP_LINE) step(`driver ${String(fields?.['step'])}`);
    debug(message, fields);
  };
  const { dispatcher, table } = kernel;
  const call = dispatcher.call.bind(dispatcher);
  dispatcher.call = (descriptor, params, caller) => {
    const name = table.get(caller.vtid)?.name ?? '';
    const role = /^machine(?=-master$|\.)/.exec(name) && (name.includes('.') ? 'agent' : 'master');
    if (role === 'master' && BEGINS.test(descriptor.name)) step('master begins to write');
    const result = call(descriptor, params, caller);
    if (!role || !CALLS.test(descriptor.name)) return result;
    const done = `${role} ${descriptor.name.replace(/^.*\/(.*)@.*#/, '$1 ')}`;
    return Promise.resolve(result).then((value) => {
      step(done);
      return value;
    });
  };
});

/** Each is told apart from those like it by its number. */
function step(name: string): void {
  if (order === undefined) return;
  const count = (counts.get(name) ?? 0) + 1;
  counts.set(name, count);
  const at = `${name} ${count}`;
  if (order.step === undefined) return say({ step: at });
  if (at !== order.step) return;
  if (order.what === 'node') process.kill(process.pid, 'SIGKILL');
  order = undefined;
  for (const pid of hypervisorsBelow(process.pid)) process.kill(pid, 'SIGKILL');
  say('struck');
}

function say(said: Said): void {
  process.send!(said);
}
