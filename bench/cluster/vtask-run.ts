import type { PosivClient } from '#node/control/client.ts';
import type { Result } from '#posiv-wit/result.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';

const APPEND_BYTES = 1 << 20;
const END_WITHIN_MS = 120_000;

/** Thrown where a measured system does not do what it is asked. */
export class BenchFailedError extends Error {
  readonly code = 'bench-failed';
}

/** The value of a call that must succeed. @throws {bench-failed} */
export async function valueOf<T>(
  call: Promise<Result<T, unknown>> | Result<T, unknown>,
): Promise<T> {
  const result = await call;
  if (!result.ok) throw new BenchFailedError(`a call failed: ${JSON.stringify(result.error)}`);
  return result.value;
}

/** Stores blocks of bytes under a path. */
export async function store(
  client: PosivClient,
  path: string,
  blocks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<void> {
  const writer = await valueOf(client.blobs.create('durable'));
  for await (const block of blocks) await valueOf(client.blobs.append(writer, block));
  await valueOf(client.files.bind(path, await valueOf(client.blobs.seal(writer))));
}

/** Stores an image under a path. */
export function upload(client: PosivClient, path: string, bytes: Uint8Array): Promise<void> {
  const blocks = Array.from({ length: Math.ceil(bytes.length / APPEND_BYTES) }, (_, at) =>
    bytes.subarray(at * APPEND_BYTES, (at + 1) * APPEND_BYTES),
  );
  return store(client, path, blocks);
}

/** Makes a vTask and starts it. @param node where; none stands for the client's own node */
export async function start(
  client: PosivClient,
  path: string,
  cmd: readonly string[],
  node: string,
): Promise<string> {
  const vtid = await valueOf(
    client.vtask.new(undefined, path, cmd, {
      ...DEFAULT_OPTIONS,
      node,
    }),
  );
  await valueOf(client.vtask.sched(vtid));
  return vtid;
}

/**
 * Runs a vTask to its end.
 * @returns what it wrote to its standard output
 * @throws {bench-failed} it did not end with 0
 */
export async function runToEnd(
  client: PosivClient,
  path: string,
  cmd: readonly string[],
  node: string,
): Promise<string> {
  const vtid = await start(client, path, cmd, node);
  await valueOf(client.monitor.onExit(vtid));
  await valueOf(client.monitor.onDie(vtid));
  const event = await valueOf(client.ipc.receive(END_WITHIN_MS));
  const change = event.tag === 'notice' ? event.val.change : undefined;
  const { entries } = await valueOf(client.log.read(vtid, 0, 0));
  const output = entries.map(({ text }) => new TextDecoder().decode(text)).join('');
  if (change?.tag !== 'exited' || change.val !== 0)
    throw new BenchFailedError(`${path} ended with ${JSON.stringify(event)}\n${output}`);
  return output;
}
