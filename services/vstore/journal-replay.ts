import type { LogFile } from './disk/disk.ts';
import { JournalCorruptError } from './errors.ts';
import type { JournalInit } from './journal.ts';
import { frameLength, HEADER_BYTES, MAX_BODY_BYTES, readFrame } from './journal-frame.ts';

const WINDOW_BYTES = 4 * MAX_BODY_BYTES; // read at once: a frame never spans more than two

/**
 * Gives the records of a journal to `replay`, in order.
 * @returns where the sound frames end; what follows is the torn tail of a write that was never acknowledged
 * @throws {journal-corrupt} where a sound frame follows on a damaged one
 */
export async function replayJournal(
  { path, replay, ifDamaged = 'Restore the data folder from a copy' }: JournalInit,
  log: LogFile,
  salt: number,
): Promise<number> {
  let end = HEADER_BYTES;
  while (end < log.size()) {
    const window = await readWindow(log, end);
    let at = 0;
    for (;;) {
      const records = frameAt(salt, window, at);
      if (records === undefined) break;
      for (const record of records) replay(record);
      at += frameLength(window.subarray(at)) ?? 0;
    }
    end += at;
    if (at === 0) {
      if (await isFollowedByFrame(log, salt, end))
        throw new JournalCorruptError(path, end, ifDamaged);
      return end;
    }
  }
  return end;
}

async function readWindow(log: LogFile, offset: number): Promise<Buffer> {
  const window = Buffer.allocUnsafe(Math.min(WINDOW_BYTES, log.size() - offset));
  return window.subarray(0, await log.read(offset, window));
}

function frameAt(salt: number, window: Buffer, at: number): Buffer[] | undefined {
  const length = frameLength(window.subarray(at));
  if (length === undefined || at + length > window.length) return undefined;
  return readFrame(salt, window.subarray(at, at + length));
}

/** Whether any frame begins after `offset`: then the damage there is no torn tail. */
async function isFollowedByFrame(log: LogFile, salt: number, offset: number): Promise<boolean> {
  // A torn frame lies within one window. Where there is more, the next window begins so that no frame falls between.
  for (let start = offset + 1; start < log.size(); start += WINDOW_BYTES - MAX_BODY_BYTES) {
    const window = await readWindow(log, start);
    for (let at = 0; at < window.length; at++) {
      if (frameAt(salt, window, at) !== undefined) return true;
    }
  }
  return false;
}
