import type { PosivClient } from '#node/control/client.ts';
import type { NodeChoice } from '../control-target.ts';
import { passOn } from '../follow-log.ts';
import type { MachineInfo, MachineMaster } from './master.ts';
import { Seat } from './seat.ts';
import { masterOf, noMachine, withMachines } from './with-master.ts';

const LET_GO = 0x1d; // Ctrl-]
const PIECE_BYTES = 16 << 10;

export interface ConsoleOptions extends NodeChoice {
  readonly until?: string;
}

/** `vstar machine logs`. */
export async function showConsole(
  name: string,
  options: NodeChoice & { readonly follow?: boolean },
): Promise<void> {
  const showAll = async (_: MachineMaster, client: PosivClient, signal: AbortSignal) => {
    const seat = await seatAt(name, client, signal);
    for await (const entry of seat.entries({ follow: options.follow ?? false }))
      await passOn(entry);
  };
  await withMachines(options, showAll, noMachine(name));
}

/** `vstar machine console`. */
export async function attachConsole(name: string, options: ConsoleOptions): Promise<void> {
  const attach = async (_: MachineMaster, client: PosivClient, signal: AbortSignal) => {
    const letGo = new AbortController();
    const until = AbortSignal.any([signal, letGo.signal]);
    const seat = await seatAt(name, client, until);
    const from = await seat.end();
    const { stdin } = process;
    const isTerminal = stdin.isTTY;
    if (isTerminal) {
      stdin.setRawMode(true);
      process.stderr.write(`the console of ${name}; Ctrl-] lets go of it\r\n`);
      await seat.type(Buffer.from('\n')); // its prompt was written to somebody else
    }
    const typing = typeAll(seat, stdin, () => letGo.abort());
    typing.catch(() => letGo.abort()); // it is waited for below
    try {
      await show(seat, from, until, options.until);
    } catch (error) {
      if (!letGo.signal.aborted) throw error;
      await typing;
    } finally {
      if (isTerminal) stdin.setRawMode(false);
      stdin.destroy();
    }
  };
  await withMachines(options, attach, noMachine(name));
}

async function seatAt(name: string, client: PosivClient, signal: AbortSignal): Promise<Seat> {
  const nodes = new Map((await client.nodes.list()).map((node) => [node.id, node.name]));
  const onMoved = ({ node }: MachineInfo): void => {
    const where = nodes.get(node ?? '') ?? node;
    process.stderr.write(`${name} goes on on ${where}${process.stdin.isRaw ? '\r' : ''}\n`);
  };
  return Seat.at(name, { client, master: () => masterOf(client, signal), signal, onMoved });
}

/** Passes the console on, until the machine ends or it has said the text that is waited for. */
async function show(
  seat: Seat,
  from: number,
  signal: AbortSignal,
  until: string | undefined,
): Promise<void> {
  let said = '';
  const aborted = new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
  );
  const entries = seat.entries({ follow: true, from });
  for (;;) {
    const next = await Promise.race([entries.next(), aborted]);
    if (next.done) return;
    await passOn(next.value);
    if (until === undefined) continue;
    said = (said + Buffer.from(next.value.text).toString('latin1')).slice(
      -4 * (until.length + 1_024),
    );
    if (said.includes(Buffer.from(until).toString('latin1'))) return;
  }
}

async function typeAll(seat: Seat, input: AsyncIterable<Buffer>, letGo: () => void): Promise<void> {
  for await (const bytes of input) {
    const end = process.stdin.isTTY ? bytes.indexOf(LET_GO) : -1;
    const typed = end < 0 ? bytes : bytes.subarray(0, end);
    for (let at = 0; at < typed.length; at += PIECE_BYTES)
      await seat.type(typed.subarray(at, at + PIECE_BYTES));
    if (end >= 0) return letGo();
  }
}
