import { encode } from 'cborg';
import type { PosivClient } from '#node/control/client.ts';
import { answer } from '../answer.ts';
import { logEntries } from '../follow-log.ts';

const TYPED_WITHIN_MS = 30_000;

/** Types on the console of a machine, by its agent. */
export async function type(client: PosivClient, vtid: string, bytes: Uint8Array): Promise<void> {
  const body = encode(new Uint8Array(bytes));
  await answer('typing', client.ipc.msg(vtid, 'input', body, TYPED_WITHIN_MS));
}

/** The number of the entry of a console that comes next. */
export async function endOfConsole(client: PosivClient, vtid: string): Promise<number> {
  for (let number = 0; ;) {
    const page = await answer('the console', client.log.read(vtid, number, 0));
    if (page.entries.length === 0) return page.next;
    number = page.next;
  }
}

/** Types words, and waits until the console has said a text. @returns what it said, or undefined where it ended before */
export async function talk(
  client: PosivClient,
  vtid: string,
  words: string,
  until: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const from = await endOfConsole(client, vtid);
  await type(client, vtid, Buffer.from(words));
  let said = '';
  for await (const { text } of logEntries(client, vtid, { follow: true, signal, from })) {
    said += Buffer.from(text).toString();
    if (said.includes(until)) return said;
  }
  return undefined;
}
