import { foundIn } from '#tests/p2p/registers/support/client.ts';
import type { Operation as Recorded } from '#tests/p2p/registers/support/history.ts';
import type { Operation } from './plan.ts';
import type { World } from './world/world.ts';

type RegisterOperation = Extract<Operation, { kind: 'read' | 'swap' }>;

/** Uses a register of a node as its kernel does, and writes down what it was told. */
export async function useRegister(
  world: World,
  machine: number,
  { kind, key }: RegisterOperation,
): Promise<string> {
  const node = world.node(machine);
  if (!node) return 'down';
  const { registers } = node;
  const note = (call: number, answered: number, operation: Recorded): void =>
    void world.registerEntries.push({ key, call, answered, operation });
  const began = world.timeline.now;
  let version: number;
  try {
    const found = foundIn(await registers.read(key));
    note(began, world.timeline.now, { kind: 'read', found });
    version = found.version;
  } catch {
    return 'unreachable';
  }
  if (kind === 'read') return String(version);
  const value = `v${world.nextId()}`;
  const call = world.timeline.now;
  const swap = { kind: 'swap', expected: version, value } as const;
  // Until it is answered nobody knows whether it had an effect, nor ever if its node ends before that.
  const at = world.registerEntries.push({
    key,
    call,
    answered: Infinity,
    operation: { ...swap, found: undefined },
  });
  try {
    const after = foundIn(await registers.swap(key, version, new TextEncoder().encode(value)));
    const written = after.version === version + 1 && after.value === value;
    world.registerEntries[at - 1] = {
      key,
      call,
      answered: world.timeline.now,
      operation: { ...swap, found: { ...after, written } },
    };
    return written ? 'written' : 'changed by another';
  } catch {
    return 'unknown';
  }
}
