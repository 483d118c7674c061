import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { get, good, noise, tagOf } from './support/calls.ts';
import { Cluster } from './support/cluster.ts';

const PROGRAM = fileURLToPath(new URL('./support/writer-process.ts', import.meta.url));

interface Tried {
  readonly blob: string;
  readonly size: number;
  readonly content: number;
}

/** What a process said before it was killed. */
class Story {
  readonly tried = new Map<string, Tried>(); // by blob
  /** What a path stood for when it was last acknowledged; undefined where it was deleted. */
  readonly acknowledged = new Map<string, string | undefined>();
  /** What was begun and never acknowledged. */
  readonly pending = new Map<string, string | undefined>();

  hear(line: string): void {
    const [what, path = '', blob = '', size, content] = line.split(' ');
    if (what === 'try') {
      this.tried.set(blob, { blob, size: Number(size), content: Number(content) });
      this.pending.set(path, blob);
    } else if (what === 'try-delete') this.pending.set(path, undefined);
    else if (what === 'bound' || what === 'deleted') {
      this.pending.delete(path);
      this.acknowledged.set(path, what === 'bound' ? blob : undefined);
    }
  }
}

/** Runs a writer on the folder and kills it after so many lines. */
async function runAndKill(
  folder: string,
  seed: number,
  lines: number,
  story: Story,
): Promise<void> {
  const child = spawn(process.execPath, [PROGRAM, folder, String(seed)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  let heard = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    story.hear(line);
    if (++heard === lines) child.kill('SIGKILL');
  }
  const [, signal] = await exited;
  if (signal !== 'SIGKILL') throw new Error('the writer ended before it was killed');
}

test('a process that is killed at any moment loses nothing that it acknowledged', async (t) => {
  await using cluster = await Cluster.start(['a'], { onDisk: true });
  const story = new Story();
  for (const [seed, lines] of [30, 61, 97, 150].entries()) {
    await cluster.stop('a');
    await runAndKill(cluster.path('a'), seed + 1, lines, story);
    const { blobs, files } = await cluster.add('a');
    for (const [path, blob] of story.acknowledged) {
      const stat = await files.stat(path);
      const found = stat.ok ? stat.value.blob : undefined;
      const allowed = story.pending.has(path) ? [blob, story.pending.get(path)] : [blob];
      t.true(allowed.includes(found), `${path} in run ${seed}`);
      story.acknowledged.set(path, found);
      if (found === undefined) continue;
      const tried = story.tried.get(found);
      const bytes = noise(tried?.size ?? 0, tried?.content);
      t.is(Buffer.compare(await get(blobs, found), bytes), 0, `${path} in run ${seed}`);
    }
    story.pending.clear();
  }
  t.true(story.acknowledged.size > 30);
});

test('what a killed process leaves behind is collected when the store is opened again', async (t) => {
  await using cluster = await Cluster.start(['a'], { unboundMs: 0, onDisk: true });
  const story = new Story();
  await cluster.stop('a');
  await runAndKill(cluster.path('a'), 9, 100, story);
  const { store, blobs, files } = await cluster.add('a');
  const stats = await good(files.list('/', undefined));
  // It takes minutes until what was about to be bound is known to be bound no more.
  while (store.usage().blobs > stats.length) {
    cluster.clock.advance(5_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await cluster.collect();
  const { blobs: count, chunks, bytes } = store.usage();
  t.is(count, stats.length);
  t.is(
    bytes,
    stats.reduce((sum, { size }) => sum + size, 0),
  );
  t.is(
    chunks,
    stats.reduce((sum, { size }) => sum + Math.ceil(size / 1_048_576), 0),
  );
  t.deepEqual(await readdir(cluster.path('a', 'tmp')), []);
  for (const { blob } of stats) await get(blobs, blob);
  t.is(await tagOf(files.stat('/never')), 'not-found');
});

test('a folder that another process uses is refused, with the process named', async (t) => {
  await using cluster = await Cluster.start(['a']);
  await cluster.stop('a');
  const child = spawn(process.execPath, [PROGRAM, cluster.path('a'), '1'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  await once(child.stdout, 'data');
  const message = new RegExp(`process ${child.pid}`);
  await t.throwsAsync(cluster.add('a'), { code: 'folder-in-use', message });
  child.kill('SIGKILL');
  await exited;
  await cluster.add('a');
});

test('a folder that this process uses is refused', async (t) => {
  await using cluster = await Cluster.start(['a']);
  await t.throwsAsync(cluster.add('a'), {
    code: 'folder-in-use',
    message: new RegExp(`process ${process.pid}`),
  });
});
