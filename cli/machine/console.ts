import type { PosivClient } from '#node/control/client.ts';
import type { NodeChoice } from '../control-target.ts';
import { MachineNotThereError } from '../errors.ts';
import { logEntries, passOn } from '../follow-log.ts';
import { endOfConsole, type } from './typing.ts';
import { noMachine, withMachines } from './with-master.ts';
import type { MachineMaster } from './master.ts';

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
  const showAll = async (master: MachineMaster, client: PosivClient, signal: AbortSignal) => {
    const vtid = await agentOf(master, name);
    const follow = options.follow ?? false;
    for await (const entry of logEntries(client, vtid, { follow, signal })) await passOn(entry);
  };
  await withMachines(options, showAll, noMachine(name));
}

/** `vstar machine console`. */
export async function attachConsole(name: string, options: ConsoleOptions): Promise<void> {
  const attach = async (master: MachineMaster, client: PosivClient, signal: AbortSignal) => {
    const vtid = await agentOf(master, name);
    const letGo = new AbortController();
    const until = AbortSignal.any([signal, letGo.signal]);
    const from = await endOfConsole(client, vtid);
    const { stdin } = process;
    const isTerminal = stdin.isTTY;
    if (isTerminal) {
      stdin.setRawMode(true);
      process.stderr.write(`the console of ${name}; Ctrl-] lets go of it\r\n`);
      await type(client, vtid, Buffer.from('\n')); // its prompt was written to somebody else
    }
    const typing = typeAll(client, vtid, stdin, () => letGo.abort());
    typing.catch(() => letGo.abort()); // it is waited for below
    try {
      await show(client, vtid, from, until, options.until);
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

/** Passes the console on, until the machine ends or it has said the text that is waited for. */
async function show(
  client: PosivClient,
  vtid: string,
  from: number,
  signal: AbortSignal,
  until: string | undefined,
): Promise<void> {
  let said = '';
  const aborted = new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
  );
  const entries = logEntries(client, vtid, { follow: true, signal, from });
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

async function typeAll(
  client: PosivClient,
  vtid: string,
  input: AsyncIterable<Buffer>,
  letGo: () => void,
): Promise<void> {
  for await (const bytes of input) {
    const end = process.stdin.isTTY ? bytes.indexOf(LET_GO) : -1;
    const typed = end < 0 ? bytes : bytes.subarray(0, end);
    for (let at = 0; at < typed.length; at += PIECE_BYTES)
      await type(client, vtid, typed.subarray(at, at + PIECE_BYTES));
    if (end >= 0) return letGo();
  }
}

async function agentOf(master: MachineMaster, name: string): Promise<string> {
  const { vtid, state } = await master.find(name);
  if (vtid === null) throw new MachineNotThereError(name, state);
  return vtid;
}
