import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { LogFile } from './disk.ts';
import { readInto } from './read-into.ts';

/** A real file to append to. `attempt` names the errors of the file system. */
export async function openLogFile(
  path: string,
  attempt: <T>(operation: Promise<T>) => Promise<T>,
): Promise<LogFile> {
  const file = await attempt(open(path, constants.O_RDWR | constants.O_CREAT, 0o644));
  let size = (await file.stat()).size;
  return {
    size: () => size,

    read: (offset, target) => readInto(file, offset, target),

    async append(bytes) {
      for (let at = 0; at < bytes.length;) {
        const { bytesWritten } = await attempt(file.write(bytes, at, bytes.length - at, size));
        at += bytesWritten;
        size += bytesWritten;
      }
    },

    async sync() {
      await attempt(file.datasync());
    },

    async truncate(to) {
      await attempt(file.truncate(to));
      size = to;
    },

    async close() {
      await file.close();
    },
  };
}
