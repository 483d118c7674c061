import type { Backend, Capability } from '#posiv-wit/generated/machine.ts';

const MIB = 1 << 20;

/** What is true of a backend on every node. */
export interface BackendKind {
  readonly capabilities: readonly Capability[];
  /** Memory of the host that one machine takes beside what it is given, in bytes. */
  readonly overheadBytes: number;
  /** Who asks for no backend may get this one. */
  readonly unasked: boolean;
  /** It shares the kernel of the node: its programs are to be the owner's. */
  readonly ownerOnly: boolean;
}

// Of QEMU itself, its translated code and its devices.
const QEMU: BackendKind = {
  capabilities: ['pause', 'suspend', 'disk', 'live', 'network', 'image'],
  overheadBytes: 24 * MIB,
  unasked: true,
  ownerOnly: false,
};

export const KINDS: Readonly<Record<Backend, BackendKind>> = {
  'qemu-kvm': QEMU,
  'qemu-tcg': QEMU,
  // Node, the emulator, and the WebAssembly that it makes of the guest's code.
  v86: {
    capabilities: ['pause', 'suspend'],
    overheadBytes: 160 * MIB,
    unasked: false,
    ownerOnly: false,
  },
  // Two processes of bubblewrap and a shell.
  container: {
    capabilities: ['disk'],
    overheadBytes: 4 * MIB,
    unasked: false,
    ownerOnly: true,
  },
};

/** Whether a node with these backends can carry out what is asked for. @param wanted none: any that is given unasked */
export function suits(backends: readonly Backend[], wanted: Backend | undefined): boolean {
  return wanted === undefined
    ? backends.some((each) => KINDS[each].unasked)
    : backends.includes(wanted);
}
