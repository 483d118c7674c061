// The process of a machine under v86: the emulator, and as much of QEMU's protocol as says what it is to do. It is given where v86
// lies and how much memory the machine has, and ends with the pipe of its orders.
import { readFile } from 'node:fs/promises';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { V86 } from 'v86';
import { BEGUN, firmware, placeLinux } from './linux.ts';
import { OVERHEAD_BYTES } from './overhead.ts';

const ORDERS_FD = 3;
const CONSOLE_FD = 4;
const STATE_FD = 5;
// The least that v86 has. What goes on from a state needs as much as that had.
const VGA_BYTES = 256 << 10;

interface Order {
  readonly execute: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
  readonly id: number;
}

const [library = '', wasm = '', memory = ''] = process.argv.slice(2);
const pipe = (fd: number): Socket => new Socket({ fd, readable: true, writable: true });
const [orders, console, state] = [pipe(ORDERS_FD), pipe(CONSOLE_FD), pipe(STATE_FD)];
for (const each of [orders, console, state]) each.on('error', () => process.exit(1));
orders.on('close', () => process.exit(1));

const module = (await import(library)) as { readonly V86: typeof V86 };
const emulator = new module.V86({
  wasm_fn: async (imports) =>
    (await WebAssembly.instantiate(await readFile(wasm), imports)).instance.exports,
  memory_size: Number(memory),
  vga_memory_size: VGA_BYTES,
  bios: { buffer: firmware().buffer },
  uart1: true,
  disable_speaker: true,
  disable_keyboard: true,
  disable_mouse: true,
  autostart: false,
});
await new Promise<void>((resolve) => emulator.add_listener('emulator-ready', () => resolve()));

/** Whether its processor is to run; it stands still all the same while nobody takes what it says. */
let isOn = false;
let isHeard = true;
let begun = 0;
let said: number[] = [];

emulator.add_listener('serial0-output-byte', (byte) => {
  if (said.push(byte) === 1) setImmediate(speak);
});
// A machine that is reset begins anew, and one that halts with its interrupts off never goes on: it has switched itself off.
emulator.add_listener('serial1-output-byte', (byte) => {
  if (byte === BEGUN && (begun += 1) > 1) off();
});
(emulator as unknown as { add_listener(event: string, listener: () => void): void }).add_listener(
  'cpu-event-halt',
  off,
);
console.on('data', (bytes: Buffer) => emulator.serial_send_bytes(0, bytes));
console.pause();

function speak(): void {
  const bytes = Uint8Array.from(said);
  said = [];
  if (console.write(bytes) || !isHeard) return;
  isHeard = false;
  void emulator.stop();
  console.once('drain', () => {
    isHeard = true;
    if (isOn) void emulator.run();
  });
}

function off(): void {
  isOn = false;
  void emulator.stop();
  speak();
  console.end();
  orders.end(`${JSON.stringify({ event: 'SHUTDOWN', data: { guest: true } })}\n`, () =>
    process.exit(0),
  );
}

/** What it is to go on from, as far as that has come: how long it is, is told last. */
let received = new ArrayBuffer(0, { maxByteLength: Number(memory) + OVERHEAD_BYTES });

state.on('data', (piece: Buffer) => {
  const at = received.byteLength;
  received.resize(at + piece.length);
  new Uint8Array(received).set(piece, at);
});

async function restore(bytes: number): Promise<void> {
  while (received.byteLength < bytes) await once(state, 'data');
  await emulator.restore_state(received);
  received = new ArrayBuffer(0);
  begun = 1;
}

async function execute({ execute: name, arguments: args = {} }: Order): Promise<unknown> {
  switch (name) {
    case 'qmp_capabilities':
      return {};
    case 'boot': {
      const [kernel, initrd] = await Promise.all(
        ['kernel', 'initrd'].map((each) => readFile(args[each] as string)),
      );
      const commandLine = args['commandLine'] as string;
      const linux = { kernel: kernel!, initrd: initrd!, commandLine, memory: Number(memory) };
      for (const { address, bytes } of placeLinux(linux)) emulator.write_memory(bytes, address);
      return {};
    }
    case 'cont':
      isOn = true;
      console.resume();
      if (isHeard) await emulator.run();
      return {};
    case 'stop':
      isOn = false;
      console.pause();
      await emulator.stop();
      return {};
    case 'save': {
      const saved = new Uint8Array(await emulator.save_state());
      state.write(saved);
      return { bytes: saved.length };
    }
    case 'restore':
      await restore(args['bytes'] as number);
      return {};
    default:
      throw new Error(`there is no order ${name}`);
  }
}

for await (const line of createInterface({ input: orders })) {
  const order = JSON.parse(line) as Order;
  const answer = await execute(order).then(
    (result) => ({ return: result, id: order.id }),
    (error: Error) => ({ error: { desc: error.message }, id: order.id }),
  );
  orders.write(`${JSON.stringify(answer)}\n`);
}
