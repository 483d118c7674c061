import { DataFolderError } from '#node/errors.ts';
import type { NodeFiles } from '#node/node-files.ts';

/**
 * 1: before admission, without this file. What it has is kept: a founder makes its cluster's root key, the others need a
 * ticket once. 2: with admission.
 */
const FORMAT = 2;
const FILE = 'format.json';

/**
 * Takes a data folder over, or refuses it before anything in it is touched.
 * @throws {data-folder} a later version wrote it
 */
export async function checkFormat(files: NodeFiles, where: string): Promise<void> {
  const found = await files.readJson<{ readonly format?: unknown }>(FILE);
  const format = found?.format;
  if (format === FORMAT) return;
  if (found !== undefined && !(typeof format === 'number' && format < FORMAT))
    throw new DataFolderError(
      `${where} has format ${JSON.stringify(format)}, this version understands up to ${FORMAT}: start the version that wrote it, or name another data folder`,
    );
  await files.writeJson(FILE, { format: FORMAT });
}
