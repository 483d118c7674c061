// What is true of a backend on every node, for the driver, which has it as KINDS, and for the master, which is a guest and imports nothing
// that is made from the WIT.

const MIB = 1 << 20;

// Beside its memory: of QEMU itself, its translated code and its devices.
const QEMU = {
  capabilities: ['pause', 'suspend', 'disk', 'live', 'network', 'image'],
  overheadBytes: 24 * MIB,
  most: {},
  unasked: true,
  ownerOnly: false,
} as const;

export const KIND_TABLE = {
  'qemu-kvm': QEMU,
  'qemu-tcg': QEMU,
  // Node, the emulator, and the WebAssembly that it makes of the guest's code: 85 to 290 MiB were seen of machines that had started, and 450 of
  // one that had just booted and run much that was new: V8 lets go of that code late.
  v86: {
    capabilities: ['pause', 'suspend'],
    overheadBytes: 256 * MIB,
    // Its lengths are numbers of 31 bits, and what is kept of a machine has up to 64 MiB besides.
    most: { memory: 1984 * MIB, processors: 1 },
    unasked: false,
    ownerOnly: false,
  },
  // Two processes of bubblewrap and a shell.
  container: {
    capabilities: ['disk'],
    overheadBytes: 4 * MIB,
    most: {},
    unasked: false,
    ownerOnly: true,
  },
} as const;
