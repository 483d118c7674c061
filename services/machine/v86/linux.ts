/** Bytes that are at a place of a machine's memory before its processor begins. */
export interface Placed {
  readonly address: number;
  readonly bytes: Uint8Array;
}

export interface LinuxBoot {
  readonly kernel: Uint8Array;
  readonly initrd: Uint8Array;
  readonly commandLine: string;
  /** Of the machine, in bytes. */
  readonly memory: number;
}

const PAGE = 4_096;
const SECTOR = 512;
/** Where the 32-bit kernel is loaded and entered (Documentation/arch/x86/boot.rst of Linux). */
const KERNEL_AT = 0x10_0000;
const PARAMETERS_AT = 0x9_0000;
const COMMAND_LINE_AT = 0x9_8000;
const LOW_MEMORY_END = 0x9_f000;
const FIRMWARE_AT = 0xf_0000;
const FIRMWARE_BYTES = 0x1_0000;
const RAM = 1;
const RESERVED = 2;

// Fields of the setup header, by their place in the file and in the parameters.
const SETUP_SECTORS = 0x1f1;
const HEADER_LENGTH = 0x201;
const MAGIC = 0x202;
const LOADER = 0x210;
const RAMDISK = 0x218;
const COMMAND_LINE = 0x228;
const PREFERRED_ADDRESS = 0x258;
const INIT_BYTES = 0x260;
const RANGES = 0x1e8;
const RANGE_TABLE = 0x2d0;
const RANGE_BYTES = 20;

/**
 * A Linux in memory as a boot loader leaves it, to be entered by 32-bit code: so nothing is needed of a BIOS.
 * @throws what is wrong with the kernel, or with the room for it
 */
export function placeLinux({ kernel, initrd, commandLine, memory }: LinuxBoot): Placed[] {
  const file = Buffer.from(kernel.buffer, kernel.byteOffset, kernel.length);
  if (file.length < 0x400 || file.toString('latin1', MAGIC, MAGIC + 4) !== 'HdrS')
    throw new Error('the kernel is no bzImage');
  const parameters = Buffer.alloc(PAGE);
  file.copy(parameters, SETUP_SECTORS, SETUP_SECTORS, MAGIC + file.readUInt8(HEADER_LENGTH));
  const code = file.subarray(((file.readUInt8(SETUP_SECTORS) || 4) + 1) * SECTOR);
  const needed = Number(file.readBigUInt64LE(PREFERRED_ADDRESS)) + file.readUInt32LE(INIT_BYTES);
  const initrdAt = (memory - initrd.length) & -PAGE;
  if (initrdAt < Math.max(needed, KERNEL_AT + code.length))
    throw new Error(`kernel and initramfs do not fit into ${memory} bytes of memory`);
  parameters.writeUInt8(0xff, LOADER); // one without a number
  parameters.writeUInt32LE(initrdAt, RAMDISK);
  parameters.writeUInt32LE(initrd.length, RAMDISK + 4);
  parameters.writeUInt32LE(COMMAND_LINE_AT, COMMAND_LINE);
  const ranges = [
    [0, LOW_MEMORY_END, RAM],
    [FIRMWARE_AT, FIRMWARE_BYTES, RESERVED],
    [KERNEL_AT, memory - KERNEL_AT, RAM],
  ] as const;
  parameters.writeUInt8(ranges.length, RANGES);
  for (const [at, [address, length, kind]] of ranges.entries()) {
    const entry = RANGE_TABLE + at * RANGE_BYTES;
    parameters.writeBigUInt64LE(BigInt(address), entry);
    parameters.writeBigUInt64LE(BigInt(length), entry + 8);
    parameters.writeUInt32LE(kind, entry + 16);
  }
  return [
    { address: PARAMETERS_AT, bytes: parameters },
    { address: COMMAND_LINE_AT, bytes: Buffer.from(`${commandLine}\0`) },
    { address: KERNEL_AT, bytes: code },
    { address: initrdAt, bytes: initrd },
  ];
}

/** What the firmware writes to the second serial port whenever it is entered: at the start, and when the machine is reset. */
export const BEGUN = 'b'.charCodeAt(0);

/** A firmware that says that it was entered, turns the processor to 32 bits, and enters the Linux that lies in memory. */
export function firmware(): Uint8Array<ArrayBuffer> {
  const rom = Buffer.from(new ArrayBuffer(FIRMWARE_BYTES));
  const [table, pointer, flat] = [0x100, 0x120, 0x40];
  const real = [
    'fa', // cli
    `baf802b0${hex(BEGUN, 1)}ee`, // mov dx, 0x2f8; mov al, BEGUN; out dx, al
    `2e0f0116${hex(pointer, 2)}`, // lgdt cs:[pointer]
    '0f20c00c010f22c0', // mov eax, cr0; or al, 1; mov cr0, eax
    `66ea${hex(FIRMWARE_AT + flat, 4)}1000`, // jmp far 0x10:flat
  ];
  const protectedMode = [
    '66b818008ed88ec08ed08ee08ee8', // mov ax, 0x18; and into ds, es, ss, fs, gs
    `bc${hex(PARAMETERS_AT, 4)}be${hex(PARAMETERS_AT, 4)}`, // mov esp, below the parameters; mov esi, the parameters
    '31ed31ff31db', // xor ebp, ebp; xor edi, edi; xor ebx, ebx
    `b8${hex(KERNEL_AT, 4)}ffe0`, // mov eax, the kernel; jmp eax
  ];
  Buffer.from(real.join(''), 'hex').copy(rom);
  Buffer.from(protectedMode.join(''), 'hex').copy(rom, flat);
  // Descriptors of all memory, as Linux wants them: 0x10 for code, 0x18 for data.
  Buffer.from('ffff0000009acf00ffff00000092cf00', 'hex').copy(rom, table + 0x10);
  Buffer.from(hex(0x1f, 2) + hex(FIRMWARE_AT + table, 4), 'hex').copy(rom, pointer);
  Buffer.from('ea000000f0', 'hex').copy(rom, FIRMWARE_BYTES - 16); // where a processor begins: jmp far 0xf000:0
  return rom;
}

/** Little-endian. */
function hex(value: number, bytes: number): string {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntLE(value, 0, bytes);
  return buffer.toString('hex');
}
