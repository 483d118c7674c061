import { access, constants } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { defaultConfig, type NodeConfig } from '#node/config.ts';
import { makeFolder } from '#node/data-folder.ts';
import { loadNode } from '#node/load-node.ts';
import { nodeCode } from '#node/node-code.ts';
import type { WorkerNode } from '#node/worker-node.ts';
import { etcdSettingsOf, type RegistersOptions } from './etcd-settings.ts';
import { codeOf, DataFolderUnusableError, messageOf, UsageError } from './errors.ts';
import { checkLocalFile } from './files/local-file.ts';
import { cacheDir } from './folders.ts';
import { listenForInterrupt } from './interrupt.ts';
import { MANAGER_NAMES } from './manager-names.ts';
import { json } from './output/table.ts';

const FOLDER_FAULTS: Readonly<Record<string, string>> = {
  EEXIST: 'it is a file',
  ENOTDIR: 'a part of its path is a file',
  EACCES: 'you may not write there',
  EPERM: 'you may not write there',
  EROFS: 'its file system is read-only',
  ENOENT: 'folders cannot be made there',
  ENOSPC: 'its disk is full',
};

export interface NodeOptions extends RegistersOptions {
  readonly data: string;
  readonly name: string;
  readonly listen?: readonly string[];
  readonly lan?: boolean;
  readonly announce?: readonly string[];
  readonly bootstrap?: readonly string[];
  readonly ticket?: string;
  readonly lanes?: number;
  readonly warmCells?: number;
  readonly cellVtasks?: number;
  readonly threadTenant?: readonly string[];
  readonly memory?: number;
  readonly limits: NodeConfig['limits'];
  readonly httpPort?: number;
  readonly manager?: readonly string[];
  readonly logLevel: NodeConfig['logLevel'];
  readonly json?: boolean;
}

/** `vstar node`: returns when the node was stopped in order. */
export async function runNode(options: NodeOptions): Promise<void> {
  using interrupt = listenForInterrupt();
  const { signal } = interrupt;
  await using node = await start(await configOf(options));
  if (!options.json)
    process.stderr.write(`${node.name} listens, and waits to be part of its cluster\n`);
  try {
    await node.whenReady(signal);
  } catch (error) {
    if (signal.aborted) return;
    throw error;
  }
  process.stdout.write(options.json ? json(announcement(node)) : describe(node));
  const stopped = new Promise<undefined>((stop) => {
    signal.addEventListener('abort', () => stop(undefined), { once: true });
    if (signal.aborted) stop(undefined);
  });
  const end = await Promise.race([stopped, node.expelled]);
  if (end !== undefined) throw end;
}

/** A ticket is a secret, and arguments are there for all users of a machine to see: `-` reads it from standard input. */
async function ticketOf(given: string | undefined): Promise<string | undefined> {
  return given === '-' ? (await text(process.stdin)).trim() : given;
}

/** @throws {data-folder-unusable} and what `startEnduringNode` throws */
async function start(config: NodeConfig): Promise<WorkerNode> {
  try {
    await makeFolder(config.dataDir);
    await access(config.dataDir, constants.W_OK);
  } catch (error) {
    const why = FOLDER_FAULTS[codeOf(error) ?? ''] ?? messageOf(error);
    throw new DataFolderUnusableError(config.dataDir, why, error);
  }
  const { startEnduringNode } = await loadNode(await nodeCode(config.cacheDir));
  return startEnduringNode(config);
}

async function configOf(options: NodeOptions): Promise<NodeConfig> {
  const defaults = defaultConfig();
  return {
    dataDir: resolve(options.data),
    cacheDir: cacheDir(),
    name: options.name,
    listen: options.listen ?? defaults.listen,
    announce: options.announce,
    lan: options.lan,
    bootstrap: options.bootstrap ?? defaults.bootstrap,
    ticket: await ticketOf(options.ticket),
    etcd: await etcdSettingsOf(options),
    lanes: options.lanes ?? defaults.lanes,
    cells: {
      warm: options.warmCells ?? defaults.cells.warm,
      vtasks: options.cellVtasks ?? defaults.cells.vtasks,
      threadTenants: options.threadTenant ?? defaults.cells.threadTenants,
    },
    memoryLimit: options.memory ?? defaults.memoryLimit,
    limits: options.limits,
    httpPort: options.httpPort,
    managers: await managersOf(options.manager ?? []),
    logLevel: options.logLevel,
  };
}

/** @throws {usage} {file-missing} {file-unreadable} {is-directory} */
async function managersOf(given: readonly string[]): Promise<NodeConfig['managers']> {
  const managers: Record<string, string> = {};
  for (const each of given) {
    const [, name = '', file = ''] = /^([a-z]+)=(.+)$/s.exec(each) ?? [];
    if (!MANAGER_NAMES.some((known) => known === name)) {
      throw new UsageError(
        `--manager is ${JSON.stringify(each)}; give NAME=FILE, NAME one of ${MANAGER_NAMES.join(', ')}`,
      );
    }
    await checkLocalFile(file);
    managers[name] = file;
  }
  return managers;
}

/** One line, and at once: a program that started the node waits for it. */
function announcement({ id, name, addresses, control }: WorkerNode): unknown {
  return {
    id,
    name,
    pid: process.pid,
    addresses,
    socket: control.socket,
    url: control.url ?? null,
  };
}

function describe({ id, name, addresses, control }: WorkerNode): string {
  const lines = [
    `${name} runs as node ${id}`,
    ...addresses.map((address) => `  others join it with  vstar join ${address} --ticket TICKET`),
    `  vstar talks to it at  unix:${control.socket}`,
    ...(control.url === undefined ? [] : [`  and, with its token,  ${control.url}`]),
    'Ctrl-C stops it.',
  ];
  return `${lines.join('\n')}\n`;
}
