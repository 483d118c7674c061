// One worker node as it is, in a process that also says what the node's vTasks write and how they end, at the moment of it:
// in a file, which is there after a kill. It ends when the channel to the test does.
import { openSync, writeSync } from 'node:fs';
import type { ComposedNode } from '#node/compose-node.ts';
import { startEnduringNode } from '#node/enduring-node.ts';
import { monotonicMs } from './monotonic.ts';
import type { FromWitness, ToWitness } from './witness.ts';

let registers: ComposedNode['registers'] | undefined;

process.on('message', (message: ToWitness) => {
  if ('config' in message) void start(message);
  else void useRegister(message);
});
process.once('disconnect', () => process.exit());

async function start({ config, testimony }: Extract<ToWitness, { config: object }>): Promise<void> {
  const file = openSync(testimony, 'a');
  const say = (line: object): void =>
    void writeSync(file, `${JSON.stringify({ at: monotonicMs(), ...line })}\n`);
  try {
    const node = await startEnduringNode(config, (life) => {
      ({ registers } = life);
      testify(life, say);
    });
    const { id, addresses, control } = node;
    tell({ kind: 'started', id, addresses, socket: control.socket });
    process.once('SIGTERM', () => void node.close().then(() => process.exit()));
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    tell({ kind: 'failed', code, message });
    process.disconnect?.();
  }
}

/** Says what becomes of the vTasks of one life of a node. */
function testify(life: ComposedNode, say: (line: object) => void): void {
  const { logs, table, components } = life.kernel;
  const write = logs.write.bind(logs);
  logs.write = (vtid, channel, bytes) => {
    // What is heard while the lease may have run out has no effect on others: it may have been done long ago.
    const text = Buffer.from(bytes).toString();
    say({ vtid, text, name: table.get(vtid)?.name, counts: life.mayAct });
    write(vtid, channel, bytes);
  };
  const ended = components.ended.bind(components);
  Object.assign(components, {
    ended(vtid: string) {
      const vtask = table.get(vtid);
      if (vtask?.reason !== undefined) say({ vtid, ended: vtask.reason.tag });
      ended(vtid);
    },
  });
}

async function useRegister(asked: Exclude<ToWitness, { config: object }>): Promise<void> {
  const { id, key, swap } = asked;
  try {
    if (registers === undefined) throw new Error('the node has not started');
    const value = swap && Buffer.from(swap.value, 'base64');
    const found = swap
      ? await registers.swap(key, swap.expected, value)
      : await registers.read(key);
    tell({
      kind: 'register',
      id,
      version: found.version,
      value: found.value && Buffer.from(found.value).toString('base64'),
      written: 'written' in found && found.written === true,
    });
  } catch (error) {
    tell({ kind: 'unreachable', id, why: String(error) });
  }
}

function tell(message: FromWitness): void {
  if (process.connected) process.send?.(message);
}
