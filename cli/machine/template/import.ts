import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { openImage } from '#node/machines/open-image.ts';
import type { NodeChoice } from '../../control-target.ts';
import { FileMissingError, FileUnreadableError, UsageError } from '../../errors.ts';
import { openProgress } from '../../output/progress.ts';
import { formatBytes } from '../../output/units.ts';
import { withSession } from '../../session.ts';
import { storeImageTemplate } from './stored-template.ts';

export interface ImportOptions extends NodeChoice {
  readonly name?: string;
  readonly userData?: string;
  readonly ready: string;
  readonly kernel?: string;
  readonly initrd?: string;
  readonly append: string;
}

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;
const MAX_USER_DATA_BYTES = 16 << 10;

/** `vstar machine template import`. */
export async function importTemplate(file: string, options: ImportOptions): Promise<void> {
  const { kernel, initrd, append, ready } = options;
  const name = options.name ?? nameOf(file);
  if (!NAME.test(name))
    throw new UsageError(`${JSON.stringify(name)} is no name of a template; give one by --name`);
  if ((kernel === undefined) !== (initrd === undefined))
    throw new UsageError('--kernel and --initrd go together');
  const userData = await userDataOf(options.userData);
  const boot =
    kernel === undefined || initrd === undefined
      ? undefined
      : { kernel: await bytesOf(kernel), initrd: await bytesOf(initrd) };
  await withSession(options, async (client, signal) => {
    const bar = openProgress({ label: `template ${name}` });
    try {
      await using image = await open(file, boot === undefined, signal, (bytes, of) =>
        bar.update(bytes, of, 'looking at the disk'),
      );
      const size = image.map.blobBytes;
      const stored = {
        image: {
          digest: image.digest,
          size,
          pieces: () => image.pieces(),
          index: image.map.toText(),
        },
        boot,
        commandLine: append,
        ready,
        ...(userData !== undefined && { userData }),
        from: [basename(file)],
        onStored: (bytes: number) => bar.update(bytes, size, 'storing it'),
      };
      await storeImageTemplate(client, name, stored, signal);
      bar.stop();
      const [disk, there] = [image.map.size, size].map(formatBytes);
      process.stderr.write(`template ${name}: a disk of ${disk}, ${there} of it not empty\n`);
    } finally {
      bar.stop();
    }
  });
}

/** @throws {image-refused} with why, {file-missing} {file-unreadable} */
async function open(
  file: string,
  needsBoot: boolean,
  signal: AbortSignal,
  onRead: (bytes: number, of: number) => void,
): ReturnType<typeof openImage> {
  try {
    return await openImage(file, { needsBoot, signal, onRead });
  } catch (error) {
    throw fileError(file, error);
  }
}

async function bytesOf(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw fileError(file, error);
  }
}

async function userDataOf(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const bytes = await bytesOf(file);
  if (bytes.length > MAX_USER_DATA_BYTES)
    throw new UsageError(
      `${file} has ${bytes.length} bytes: user data has at most ${MAX_USER_DATA_BYTES}`,
    );
  return new TextDecoder().decode(bytes);
}

function fileError(file: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return new FileMissingError(file, error);
  if (code === 'EACCES' || code === 'EISDIR') return new FileUnreadableError(file, message, error);
  return error;
}

/** `debian-12.qcow2` is `debian-12`. */
function nameOf(file: string): string {
  return basename(file)
    .replace(/\.[a-z0-9]+$/i, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-');
}
