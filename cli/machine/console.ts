import { setTimeout as sleep } from 'node:timers/promises';
import type { PosivClient } from '#node/control/client.ts';
import type { NodeChoice } from '../control-target.ts';
import { passOn } from '../follow-log.ts';
import type { MachineInfo, MachineMaster } from './master.ts';
import { Seat } from './seat.ts';
import { masterOf, noMachine, withMachines } from './with-master.ts';

const LET_GO = 0x1d; // Ctrl-]
const PIECE_BYTES = 16 << 10;
/** In which what was typed before Ctrl-] has to arrive: nobody waits longer for who does not answer. */
const TYPED_WITHIN_MS = 300;

export interface ConsoleOptions extends NodeChoice {
  readonly until?: string;
}

/** `vstar machine logs`. */
export async function showConsole(
  name: string,
  options: NodeChoice & { readonly follow?: boolean },
): Promise<void> {
  const showAll = async (master: MachineMaster, client: PosivClient, signal: AbortSignal) => {
    const seat = await seatAt(name, master, client, signal);
    for await (const entry of seat.entries({ follow: options.follow ?? false }))
      await passOn(entry);
  };
  await withMachines(options, showAll, noMachine(name));
}

/** `vstar machine console`. */
export async function attachConsole(name: string, options: ConsoleOptions): Promise<void> {
  const attach = async (master: MachineMaster, client: PosivClient, signal: AbortSignal) => {
    const over = new AbortController();
    const seat = await seatAt(name, master, client, AbortSignal.any([signal, over.signal]));
    const from = await seat.end();
    const { stdin } = process;
    const isTerminal = stdin.isTTY;
    // It ends when somebody lets go of it, or something could not be typed.
    const { promise: held, resolve: letGo, reject: failed } = Promise.withResolvers<void>();
    try {
      if (isTerminal) {
        stdin.setRawMode(true);
        process.stderr.write(`the console of ${name}; Ctrl-] lets go of it\r\n`);
        typeFromTerminal(seat, stdin, failed).then(letGo, failed);
      } else {
        typeAll(seat, stdin).catch(failed);
      }
      await Promise.race([show(seat, from, options.until), held]);
    } finally {
      over.abort();
      if (isTerminal) stdin.setRawMode(false);
      stdin.destroy();
    }
  };
  await withMachines(options, attach, noMachine(name));
}

function seatAt(
  name: string,
  master: MachineMaster,
  client: PosivClient,
  signal: AbortSignal,
): Promise<Seat> {
  const onMoved = async ({ node }: MachineInfo): Promise<void> => {
    const known = (await client.nodes.list()).find(({ id }) => id === node);
    const where = known?.name ?? node;
    process.stderr.write(`${name} goes on on ${where}${process.stdin.isRaw ? '\r' : ''}\n`);
  };
  const nextMaster = (): Promise<MachineMaster> => masterOf(client, signal);
  return Seat.at(name, master, { client, nextMaster, signal, onMoved });
}

/** Passes the console on, until the machine ends or it has said the text that is waited for. */
async function show(seat: Seat, from: number, until: string | undefined): Promise<void> {
  let said = '';
  for await (const entry of seat.entries({ follow: true, from })) {
    await passOn(entry);
    if (until === undefined) continue;
    said = (said + Buffer.from(entry.text).toString('latin1')).slice(-4 * (until.length + 1_024));
    if (said.includes(Buffer.from(until).toString('latin1'))) return;
  }
}

/**
 * Types what a person does until they let go, and reads on while it is on its way: Ctrl-] is heard though nobody answers there.
 * @param failed told why something could not be typed
 */
async function typeFromTerminal(
  seat: Seat,
  input: AsyncIterable<Buffer>,
  failed: (why: unknown) => void,
): Promise<void> {
  let typed = Promise.resolve();
  const type = (bytes: Buffer): void => {
    typed = typed.then(() => typeInPieces(seat, bytes));
    typed.catch(failed);
  };
  type(Buffer.from('\n')); // its prompt was written to somebody else
  for await (const bytes of input) {
    const end = bytes.indexOf(LET_GO);
    type(end < 0 ? bytes : bytes.subarray(0, end));
    if (end < 0) continue;
    await Promise.race([typed, sleep(TYPED_WITHIN_MS, undefined, { ref: false })]);
    return;
  }
}

/** Types what comes, and takes no more of it than is typed. */
async function typeAll(seat: Seat, input: AsyncIterable<Buffer>): Promise<void> {
  for await (const bytes of input) await typeInPieces(seat, bytes);
}

async function typeInPieces(seat: Seat, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES)
    await seat.type(bytes.subarray(at, at + PIECE_BYTES));
}
