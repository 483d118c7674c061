import type { PosivClient } from '#node/control/client.ts';
import type { Entry } from '#posiv-wit/generated/kernel.ts';
import { answer } from './answer.ts';

const POLL_MS = 10_000; // the answer comes as soon as there is one

/** The entries of a vTask's log until it ends, or, without `follow`, those that are there. */
export async function* logEntries(
  client: PosivClient,
  vtid: string,
  {
    follow,
    signal,
    from = 0,
  }: { readonly follow: boolean; readonly signal: AbortSignal; readonly from?: number },
): AsyncGenerator<Entry> {
  for (let number = from; ;) {
    signal.throwIfAborted();
    const page = await answer(
      `log of ${vtid}`,
      client.log.read(vtid, number, follow ? POLL_MS : 0),
    );
    yield* page.entries;
    if (page.ended || (!follow && page.entries.length === 0)) return;
    number = page.next;
  }
}

/**
 * Passes an entry on as the program would have written it itself: its output to stdout, its errors and its log to stderr.
 * Resolves once it is taken, so that a slow reader holds the program back.
 */
export async function passOn({ channel, text }: Entry): Promise<void> {
  if (channel === 'output') return write(process.stdout, text);
  if (channel === 'errors') return write(process.stderr, text);
  return write(
    process.stderr,
    Buffer.concat([Buffer.from(`[${channel}] `), text, Buffer.from('\n')]),
  );
}

function write(stream: NodeJS.WriteStream, text: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => (error ? reject(error) : resolve()));
  });
}
