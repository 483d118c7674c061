import { foundIn } from '#tests/p2p/registers/support/client.ts';
import type { Operation as Recorded } from '#tests/p2p/registers/support/history.ts';
import type { Operation } from './plan.ts';
import type { Stage } from './stage.ts';

type RegisterOperation = Extract<Operation, { kind: 'read' | 'swap' }>;

/** Uses a register of a node as the node's kernel does, and writes down what it was told. */
export async function useRegister(
  stage: Stage,
  machine: number,
  { kind, key }: RegisterOperation,
): Promise<string> {
  const registers = stage.registers(machine);
  if (!registers) return 'down';
  const note = (call: number, answered: number, operation: Recorded): void =>
    void stage.registerEntries.push({ key, call, answered, operation });
  const began = stage.now;
  let version: number;
  try {
    const found = foundIn(await registers.read(key));
    note(began, stage.now, { kind: 'read', found });
    version = found.version;
  } catch {
    return 'unreachable';
  }
  if (kind === 'read') return String(version);
  const value = `v${stage.nextId()}`;
  const call = stage.now;
  const swap = { kind: 'swap', expected: version, value } as const;
  // Until it is answered nobody knows whether it had an effect, nor ever if its node ends before that.
  const at = stage.registerEntries.push({
    key,
    call,
    answered: Infinity,
    operation: { ...swap, found: undefined },
  });
  try {
    const after = foundIn(await registers.swap(key, version, new TextEncoder().encode(value)));
    const written = after.version === version + 1 && after.value === value;
    stage.registerEntries[at - 1] = {
      key,
      call,
      answered: stage.now,
      operation: { ...swap, found: { ...after, written } },
    };
    return written ? 'written' : 'changed by another';
  } catch {
    return 'unknown';
  }
}
