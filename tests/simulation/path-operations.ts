import type { PathEntry } from './checks/paths.ts';
import type { Operation } from './plan.ts';
import type { Stage, StageClient } from './stage.ts';

type PathOperation = Extract<Operation, { kind: 'put' | 'get' | 'delete' }>;

/** Uses a path of vStore, and writes down what came of it. */
export async function usePath(
  stage: Stage,
  client: StageClient,
  { kind, path }: PathOperation,
): Promise<string> {
  if (kind === 'put')
    return put(stage, client, path, new TextEncoder().encode(`content ${stage.nextId()}`));
  const call = stage.now;
  if (kind === 'get') {
    const stat = await client.files.stat(path);
    if (!stat.ok && stat.error.tag !== 'not-found') return stat.error.tag;
    const blob = stat.ok ? stat.value.blob : undefined;
    stage.pathEntries.push({
      path,
      call,
      answered: stage.now,
      operation: { kind, blob },
    });
    return stat.ok ? read(stage, client, stat.value) : 'not-found';
  }
  const unknown: PathEntry = {
    path,
    call,
    answered: Infinity,
    operation: { kind, found: undefined },
  };
  const at = stage.pathEntries.push(unknown) - 1;
  const deleted = await client.files.delete(path);
  if (!deleted.ok && deleted.error.tag !== 'not-found') return deleted.error.tag;
  stage.pathEntries[at] = {
    ...unknown,
    answered: stage.now,
    operation: { kind, found: deleted.ok },
  };
  return deleted.ok ? 'ok' : 'not-found';
}

/** Stores bytes under a path. */
export async function put(
  stage: Stage,
  client: StageClient,
  path: string,
  bytes: Uint8Array,
): Promise<string> {
  const writer = await client.blobs.create('durable');
  if (!writer.ok) return writer.error.tag;
  const added = await client.blobs.append(writer.value, bytes);
  if (!added.ok) return added.error.tag;
  const sealed = await client.blobs.seal(writer.value);
  if (!sealed.ok) return sealed.error.tag;
  stage.contents.set(sealed.value, bytes);
  const call = stage.now;
  const entry = { path, call, operation: { kind: 'put', blob: sealed.value } } as const;
  const at = stage.pathEntries.push({ ...entry, answered: Infinity }) - 1;
  const bound = await client.files.bind(path, sealed.value);
  if (!bound.ok) return bound.error.tag;
  stage.pathEntries[at] = { ...entry, answered: stage.now };
  return 'ok';
}

/** Whether the bytes that a path stands for are those that were stored. */
async function read(
  stage: Stage,
  client: StageClient,
  { path, blob, size }: { readonly path: string; readonly blob: string; readonly size: number },
): Promise<string> {
  const expected = stage.contents.get(blob);
  const bytes = await client.blobs.read(blob, 0, size);
  if (bytes.ok) {
    if (!expected || Buffer.compare(bytes.value, expected) !== 0)
      stage.fault(`${path} stands for other bytes than were stored`);
    return 'ok';
  }
  const { tag } = bytes.error;
  if (tag === 'unreachable') return tag;
  // Who binds another blob meanwhile lets the first one go.
  const again = await client.files.stat(path);
  if (again.ok && again.value.blob === blob)
    stage.fault(`${path} stands for bytes that are ${tag}`);
  return tag;
}
