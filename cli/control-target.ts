import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ControlTarget } from '#node/control/client.ts';
import { NoNodeError, UsageError } from './errors.ts';
import { defaultDataDir } from './folders.ts';

/** How a command was told which node to talk to. */
export interface NodeChoice {
  /** The data folder of a node on this machine. */
  readonly data?: string;
}

/**
 * The node to talk to: the one of --data, else of VSTAR_CONTROL, else of the default data folder.
 * @throws {no-node} also {usage}
 */
export async function controlTarget(
  choice: NodeChoice,
  env: NodeJS.ProcessEnv = process.env,
): Promise<ControlTarget> {
  const control = env['VSTAR_CONTROL'];
  const tenant = env['VSTAR_TENANT'] || undefined;
  if (choice.data === undefined && control)
    return { ...targetOf(control, env['VSTAR_TOKEN'] || undefined), tenant };
  const folder = choice.data ?? defaultDataDir(env);
  let text: string;
  try {
    text = await readFile(join(folder, 'node.json'), 'utf8');
  } catch (error) {
    throw new NoNodeError(`${folder} is not the data folder of one`, error);
  }
  try {
    const { socket } = JSON.parse(text) as { socket?: unknown };
    if (typeof socket === 'string') return { socket, tenant };
  } catch {
    // the same as a file without a socket
  }
  throw new NoNodeError(`${join(folder, 'node.json')} names no socket`);
}

function targetOf(control: string, token: string | undefined): ControlTarget {
  if (control.startsWith('unix:')) return { socket: control.slice('unix:'.length), token };
  if (!/^http:\/\/[^/]+\/?$/.test(control)) {
    throw new UsageError(
      `VSTAR_CONTROL is ${JSON.stringify(control)}; set it to unix:/PATH or http://127.0.0.1:PORT`,
    );
  }
  if (token === undefined) {
    throw new UsageError(
      'VSTAR_CONTROL names a URL, so VSTAR_TOKEN is needed too: a tenant’s token, or the content of control.token in the node’s data folder',
    );
  }
  return { url: control, token };
}
