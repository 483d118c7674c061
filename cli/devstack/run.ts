import { randomInt } from 'node:crypto';
import { availableParallelism, tmpdir } from 'node:os';
import type { NodeConfig } from '#node/config.ts';
import { messageOf, UsageError } from '../errors.ts';
import { cacheDir } from '../folders.ts';
import { listenForInterrupt } from '../interrupt.ts';
import { json, table } from '../output/table.ts';
import { chaos, CHAOS_NODES } from './chaos.ts';
import { Devstack, type DevstackInit, type DevstackNode } from './devstack.ts';
import { runForeground } from './foreground.ts';

export interface DevstackOptions {
  readonly nodes: number;
  readonly lanes?: number;
  readonly httpPort?: number;
  readonly logLevel: NodeConfig['logLevel'];
  readonly chaos?: boolean;
  readonly json?: boolean;
}

/** The settings of a cluster that has this machine for itself. */
export function devstackInit({ nodes, lanes, httpPort, logLevel }: DevstackOptions): DevstackInit {
  return {
    nodes,
    lanes: lanes ?? Math.max(1, Math.floor(availableParallelism() / nodes)),
    cacheDir: cacheDir(),
    temporaryDir: tmpdir(),
    httpPort,
    logLevel,
  };
}

/** `vstar devstack`. @returns the status to end with */
export async function devstack(
  command: readonly string[],
  options: DevstackOptions,
): Promise<number> {
  if (options.chaos && options.nodes < CHAOS_NODES)
    throw new UsageError(`--chaos needs --nodes ${CHAOS_NODES} or more: fewer bear no loss`);
  using interrupt = listenForInterrupt();
  const { signal } = interrupt;
  await using stack = await Devstack.start(devstackInit(options), signal, (name, how) =>
    process.stderr.write(`vstar: ${name} has ended (${how}); the cluster goes on without it\n`),
  );
  const environment = stack.environment(options.chaos);
  const rest = new AbortController();
  const ended = AbortSignal.any([signal, rest.signal]);
  const faults = options.chaos
    ? chaos({ stack, random: (below) => randomInt(below), say }, ended)
    : undefined;
  faults?.catch((error: unknown) => say(`it has ended: ${messageOf(error)}`));
  await using _ = {
    async [Symbol.asyncDispose]() {
      rest.abort();
      await faults?.catch(() => {}); // it has been told
    },
  };
  if (command.length > 0) {
    const onStart = (pid: number): void => stack.keep(pid);
    return await runForeground({ command, environment, signal, onStart });
  }
  if (options.json)
    process.stdout.write(
      json({ folder: stack.folder, nodes: stack.nodes.map(forPrograms), environment }),
    );
  else process.stdout.write(describe(stack, environment));
  await new Promise((resolve) => {
    signal.addEventListener('abort', resolve, { once: true });
    if (signal.aborted) resolve(undefined);
  });
  return 0;
}

function say(what: string): void {
  process.stderr.write(`vstar: chaos: ${what}\n`);
}

/** Without its token, which is in the environment; what is missing is null. */
function forPrograms({ name, id, pid, addresses, socket, url }: DevstackNode): unknown {
  return { name, id, pid, addresses, socket, url: url ?? null };
}

function describe(stack: Devstack, environment: Readonly<Record<string, string>>): string {
  const rows = stack.nodes.map(({ name, id, pid, addresses }) => [
    name,
    id,
    String(pid),
    addresses[0] ?? '',
  ]);
  const nodes = table(
    [{ title: 'NAME' }, { title: 'NODE' }, { title: 'PID', align: 'right' }, { title: 'ADDRESS' }],
    rows,
  );
  const exports = ['VSTAR_CONTROL', 'VSTAR_DEVSTACK']
    .map((name) => `  export ${name}='${environment[name]}'\n`)
    .join('');
  return `${nodes}\nIn another terminal:\n${exports}Ctrl-C stops it.\n`;
}
