import { access, constants } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

/** The path of a tool: what is started with an environment of its own has no PATH. @param path as PATH has it */
export async function findTool(tool: string, path: string): Promise<string | undefined> {
  for (const folder of path.split(delimiter)) {
    const file = join(folder, tool);
    const found = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found && isAbsolute(file)) return file;
  }
  return undefined;
}
