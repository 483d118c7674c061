import type { PosivClient } from '#node/control/client.ts';
import type { ManagerName } from '#posiv-wit/generated/admin.ts';
import type { Node, ServiceInstance } from '#posiv-wit/generated/cluster.ts';
import type { ErrorCode } from '#posiv-wit/generated/kernel.ts';
import type { Awaitable, Result } from '#posiv-wit/result.ts';
import { answer } from './answer.ts';
import type { NodeChoice } from './control-target.ts';
import { codeOf, ManagersFailedError, messageOf } from './errors.ts';
import { imagePath, imageSource } from './images/image-source.ts';
import { isThere } from './node-standing.ts';
import { json, table } from './output/table.ts';
import { formatAge } from './output/units.ts';
import { placedServices, type PlacedService } from './placed-services.ts';
import { withSession } from './session.ts';

const INTERFACE = /^posiv:managers\/([a-z]+)@/;
const OF_IMAGE = 'sha256-';

export interface ListOptions extends NodeChoice {
  readonly json?: boolean;
}

export interface SwapOptions extends ListOptions {
  readonly node?: string;
}

/** A manager of a node. */
interface Listed {
  readonly manager: string;
  readonly node: string;
  readonly nodeName: string;
  readonly builtIn: boolean;
  /** Of the node's software, or the beginning of the image's hash. */
  readonly version: string;
  readonly state: ServiceInstance['state'];
  readonly sinceMs: number;
}

/** `vstar managers ls`. */
export async function listManagers(options: ListOptions): Promise<void> {
  const all = (await withSession(options, placedServices)).flatMap(listed);
  all.sort((one, other) => (rank(one) < rank(other) ? -1 : 1));
  if (options.json) {
    process.stdout.write(json(all));
    return;
  }
  const now = Date.now();
  const rows = all.map(({ manager, nodeName, builtIn, version, state, sinceMs }) => [
    manager,
    nodeName,
    builtIn ? 'built in' : version,
    state,
    formatAge(sinceMs, now),
  ]);
  const columns = [
    { title: 'MANAGER' },
    { title: 'NODE' },
    { title: 'DECIDES' },
    { title: 'STATE' },
    { title: 'SINCE', align: 'right' },
  ] as const;
  process.stdout.write(table(columns, rows));
}

/** `vstar managers set`. */
export async function setManager(
  manager: ManagerName,
  image: string,
  options: SwapOptions,
): Promise<void> {
  await withSession(options, async (client, signal) => {
    const path = await imagePath(client, await imageSource(image, { signal }), signal);
    const done = await atNodes(manager, client, options, (node) =>
      client.managers.plug(node, manager, path),
    );
    const versions = done.map(({ name, id, value }) => {
      return { manager, node: id, nodeName: name, builtIn: false, version: value };
    });
    const [first] = versions;
    tell(options, versions, `${first?.version} decides now`);
  });
}

/** `vstar managers reset`. */
export async function resetManager(manager: ManagerName, options: SwapOptions): Promise<void> {
  await withSession(options, async (client) => {
    const done = await atNodes(manager, client, options, (node) =>
      client.managers.unplug(node, manager),
    );
    const built = done.map(({ name, id }) => ({
      manager,
      node: id,
      nodeName: name,
      builtIn: true,
    }));
    tell(options, built, 'the built-in strategy decides again');
  });
}

function listed({
  interface: kept,
  version,
  state,
  sinceMs,
  node,
  nodeName,
  vtask,
}: PlacedService): Listed[] {
  const manager = INTERFACE.exec(kept)?.[1];
  if (manager === undefined || vtask !== undefined) return [];
  const builtIn = !version.startsWith(OF_IMAGE);
  return [{ manager, node, nodeName, builtIn, version, state, sinceMs }];
}

function rank({ manager, nodeName, node }: Listed): string {
  return [manager, nodeName, node].join(' ');
}

/**
 * Swaps at one node after the other, the one that answers first: what it refuses no other is asked for.
 * @throws what was wrong where only one was asked, or with the first; {managers-failed} some others are as they were
 */
async function atNodes<T>(
  manager: ManagerName,
  client: PosivClient,
  { node }: SwapOptions,
  swap: (node: string) => Awaitable<Result<T, ErrorCode>>,
): Promise<readonly { readonly id: string; readonly name: string; readonly value: T }[]> {
  const all = (await client.nodes.list()).filter(isThere);
  const asked =
    node === undefined
      ? all.toSorted((one, other) => own(other) - own(one))
      : [all.find(({ id, name }) => id === node || name === node) ?? { id: node, name: node }];
  const done = [];
  const failed: { readonly name: string; readonly error: unknown }[] = [];
  for (const { id, name } of asked)
    try {
      done.push({ id, name, value: await answer(`${manager} at ${name}`, swap(id)) });
    } catch (error) {
      if (asked.length === 1 || done.length === 0) throw error;
      failed.push({ name, error });
    }
  const [first] = failed;
  if (first)
    throw new ManagersFailedError(
      manager,
      failed.map(({ name }) => name),
      messageOf(first.error),
      codeOf(first.error),
    );
  return done;
}

function tell(
  options: ListOptions,
  done: readonly { readonly manager: string; readonly nodeName: string }[],
  what: string,
): void {
  if (options.json) process.stdout.write(json(done));
  else {
    const names = done.map(({ nodeName }) => nodeName).join(', ');
    process.stdout.write(`${done[0]?.manager}: ${what} at ${names}\n`);
  }
}

function own({ standing }: Node): number {
  return Number(standing === 'self');
}
