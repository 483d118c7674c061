import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ControlTarget } from '#node/control/client.ts';
import { NoNodeError, UsageError } from './errors.ts';
import { defaultDataDir } from './folders.ts';

/** How a command was told which node to talk to. */
export interface NodeChoice {
  /** The data folder of a node on this machine, or those of several. */
  readonly data?: string | readonly string[];
}

// Whatever follows a comma here is another node; a comma in a path is not followed by that.
const NEXT_NODE = /,(?=unix:|http:)/;

/**
 * The nodes to talk to, whichever answers first in this order: the one of --data, else those of VSTAR_CONTROL, else the one
 * of the default data folder.
 * @throws {no-node} also {usage}
 */
export async function controlTargets(
  choice: NodeChoice,
  env: NodeJS.ProcessEnv = process.env,
): Promise<readonly ControlTarget[]> {
  const control = env['VSTAR_CONTROL'];
  const tenant = env['VSTAR_TENANT'] || undefined;
  if (choice.data !== undefined || !control) {
    const folders = [choice.data ?? defaultDataDir(env)].flat();
    const found = await Promise.allSettled(folders.map((folder) => targetIn(folder, tenant)));
    const targets = found.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
    const missing = found.find((each) => each.status === 'rejected');
    if (targets.length === 0 && missing) throw missing.reason;
    return targets;
  }
  const token = env['VSTAR_TOKEN'] || undefined;
  return control.split(NEXT_NODE).map((each) => ({ ...targetOf(each, token), tenant }));
}

async function targetIn(folder: string, tenant: string | undefined): Promise<ControlTarget> {
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
