import type { Backend, Capability, Shape } from '#posiv-wit/generated/machine.ts';
import { KIND_TABLE } from './kind-table.ts';

/** What is true of a backend on every node. */
export interface BackendKind {
  readonly capabilities: readonly Capability[];
  /** Memory of the host that one machine takes beside what it is given, in bytes. */
  readonly overheadBytes: number;
  /** What a machine can have at most, where that is less than with others. */
  readonly most: Partial<Shape>;
  /** Who asks for no backend may get this one. */
  readonly unasked: boolean;
  /** It shares the kernel of the node: its programs are to be the owner's. */
  readonly ownerOnly: boolean;
}

export const KINDS: Readonly<Record<Backend, BackendKind>> = KIND_TABLE;

/** Of the host's memory, what a machine takes in all, in bytes. Those that are given unasked are alike. */
export function promisedBytes(memory: number, wanted: Backend = 'qemu-tcg'): number {
  return memory + KINDS[wanted].overheadBytes;
}

/** Whether a node with these backends can carry out what is asked for. @param wanted none: any that is given unasked */
export function suits(backends: readonly Backend[], wanted: Backend | undefined): boolean {
  return wanted === undefined
    ? backends.some((each) => KINDS[each].unasked)
    : backends.includes(wanted);
}
