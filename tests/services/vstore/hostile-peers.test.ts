import test from 'ava';
import { digestOf, digestToBytes } from '#services/vstore/digest.ts';
import { decodeManifest, encodeManifest } from '#services/vstore/manifest.ts';
import { createVStore, type StorePeers, type VStore } from '#services/vstore/vstore.ts';
import { good, MIB, noise, put, tagOf } from './support/calls.ts';
import { Cluster } from './support/cluster.ts';
import { TestFolder } from './support/folder.ts';
import { ManualClock } from './support/manual-clock.ts';
import { SharedRegisters } from './support/registers.ts';
import { quiet } from '#tests/support/quiet.ts';

const DIGEST = new Uint8Array(32).fill(7);
const BLOB = `${'07'.repeat(32)}.a`;

test('a digest of another length is refused', async (t) => {
  await using cluster = await Cluster.start(['a', 'b']);
  const { peerCalls } = cluster.node('a').store;
  for (const digest of [new Uint8Array(0), new Uint8Array(31), new Uint8Array(33)]) {
    t.is(await tagOf(peerCalls.keepChunk('b', digest, 10)), 'refused');
    t.is(await tagOf(peerCalls.checkChunk(digest)), 'refused');
    t.is(await tagOf(peerCalls.needChunks([DIGEST, digest])), 'refused');
    t.is(await tagOf(peerCalls.unneedChunks([digest])), 'refused');
  }
});

test('a chunk of no bytes or more than 1 MiB is not kept', async (t) => {
  await using cluster = await Cluster.start(['a', 'b']);
  const { peerCalls } = cluster.node('a').store;
  for (const size of [0, MIB + 1, 0xffff_ffff]) {
    t.is(await tagOf(peerCalls.keepChunk('b', DIGEST, size)), 'refused');
  }
});

test('a chunk or manifest of a source that is no other member is not kept', async (t) => {
  await using cluster = await Cluster.start(['a', 'b']);
  const { peerCalls } = cluster.node('a').store;
  for (const source of ['a', 'nobody', '', '../../etc', 'b\0']) {
    t.is(await tagOf(peerCalls.keepChunk(source, DIGEST, 10)), 'refused', source);
    const copy = { blob: BLOB, size: 10, body: noise(10), fresh: true };
    t.is(await tagOf(peerCalls.keepManifest(source, copy)), 'refused', source);
  }
});

test('a chunk that its source does not have or gives wrongly is not kept', async (t) => {
  await using cluster = await Cluster.start(['b']);
  await put(cluster.node('b').blobs, noise(100));
  const { store } = await cluster.join('a');
  t.is(await tagOf(store.peerCalls.keepChunk('b', DIGEST, 10)), 'other');
  const digest = digestToBytes(digestOf(noise(100)));
  t.is(await tagOf(store.peerCalls.keepChunk('b', digest, 99)), 'corrupt');
  t.is(await tagOf(store.peerCalls.keepChunk('b', digest, 101)), 'corrupt');
  t.is(store.usage().chunks, 0);
  await good(store.peerCalls.keepChunk('b', digest, 100));
  t.is(store.usage().chunks, 1);
});

test('a manifest that is not what its blob-id says, or cannot be read, is not kept', async (t) => {
  await using cluster = await Cluster.start(['a', 'b']);
  const { store } = cluster.node('a');
  const body = noise(10);
  const keep = (blob: string, size = 10): Promise<string> =>
    tagOf(store.peerCalls.keepManifest('b', { blob, size, body, fresh: true }));
  t.is(await keep(BLOB), 'corrupt');
  t.is(await keep(`${digestOf(body)}.b`), 'corrupt');
  t.is(await keep(`${digestOf(body)}.b.s`), 'refused');
  t.is(await keep('nonsense'), 'not-found');
  t.is(await keep(`${digestOf(body)}.b`, 2 ** 31), 'corrupt');
  t.is(store.usage().copies, 0);
});

test('more at once than the interface says is refused', async (t) => {
  await using cluster = await Cluster.start(['a', 'b']);
  const { peerCalls } = cluster.node('a').store;
  const paths = Array.from({ length: 1_025 }, (_, index) => `/${index}`);
  t.is(await tagOf(peerCalls.needChunks(Array.from({ length: 4_097 }, () => DIGEST))), 'refused');
  t.is(await tagOf(peerCalls.unneedChunks(Array.from({ length: 4_097 }, () => DIGEST))), 'refused');
  t.is(await tagOf(peerCalls.boundBlobs(Array.from({ length: 1_025 }, () => BLOB))), 'refused');
  t.is(await tagOf(peerCalls.unbindBlobs(Array.from({ length: 1_025 }, () => BLOB))), 'refused');
  const entries = Array.from({ length: 257 }, (_, index) => ({ path: `/${index}`, heads: [] }));
  t.is(await tagOf(peerCalls.notePaths(entries)), 'refused');
  t.is(await tagOf(peerCalls.forgetPaths(paths.map((path) => ({ path, version: 1 })))), 'refused');
});

test('a path against the rules is refused from nodes too', async (t) => {
  await using cluster = await Cluster.start(['a', 'b']);
  const { peerCalls } = cluster.node('a').store;
  for (const path of ['', 'x', '/../x', '/\0', `/${'x'.repeat(2_000)}`]) {
    t.is(await tagOf(peerCalls.notePaths([{ path, heads: [] }])), 'refused');
    t.is(await tagOf(peerCalls.forgetPaths([{ path, version: 1 }])), 'refused');
  }
  t.is(await tagOf(peerCalls.listPaths('/\0', undefined)), 'refused');
  t.is(await tagOf(peerCalls.listPaths('', 'x'.repeat(2_000))), 'refused');
});

test('a node cannot have another note what is about another path or names no blob', async (t) => {
  await using cluster = await Cluster.start(['a', 'b']);
  const { store } = cluster.node('a');
  const stat = { path: '/x', size: 1, blob: BLOB, modifiedMs: 1 };
  const note = (path: string, wrong: Partial<typeof stat>): Promise<string> => {
    const head = { version: 1, stat: { ...stat, ...wrong }, settled: true };
    return tagOf(store.peerCalls.notePaths([{ path, heads: [head] }]));
  };
  t.is(await note('/y', {}), 'refused');
  t.is(await note('/x', { blob: 'nonsense' }), 'not-found');
  t.is(store.usage().paths, 0);
});

test('a path that is said to be changed in many ways takes no more of them', async (t) => {
  await using cluster = await Cluster.start(['a', 'b']);
  const { peerCalls } = cluster.node('a').store;
  const heads = Array.from({ length: 65 }, (_, at) => ({
    version: at + 1,
    stat: undefined,
    settled: false,
  }));
  t.is(await tagOf(peerCalls.notePaths([{ path: '/x', heads }])), 'refused');
});

test('what a node says of a path changes nothing about what it stands for', async (t) => {
  await using cluster = await Cluster.start(['a', 'b']);
  const { store, blobs, files } = cluster.node('a');
  const blob = await put(blobs, noise(1));
  await good(files.bind('/x', blob));
  const stat = { path: '/x', size: 1, blob: BLOB, modifiedMs: 1 };
  await good(
    store.peerCalls.notePaths([{ path: '/x', heads: [{ version: 9, stat, settled: false }] }]),
  );
  t.is((await good(files.stat('/x'))).blob, blob);
  t.deepEqual(
    (await good(files.list('/', undefined))).map((each) => each.blob),
    [blob],
  );
});

test('a node cannot release what is not its vTask’s', async (t) => {
  await using cluster = await Cluster.start(['a', 'b']);
  const { store, blobs } = cluster.node('a');
  const [scratch, durable] = [await put(blobs, noise(1), 'scratch'), await put(blobs, noise(1))];
  t.is(await tagOf(store.peerCalls.releaseBlob('other', scratch)), 'refused');
  t.is(await tagOf(store.peerCalls.releaseBlob('task-a', durable)), 'refused');
  t.is(await tagOf(store.peerCalls.releaseBlob('x'.repeat(200), scratch)), 'refused');
});

test('hints about what is not here, or is needed, change nothing', async (t) => {
  await using cluster = await Cluster.start(['a', 'b']);
  const { store, blobs, files } = cluster.node('a');
  const blob = await put(blobs, noise(10));
  await good(files.bind('/x', blob));
  await good(store.peerCalls.unneedChunks([DIGEST, digestToBytes(digestOf(noise(10)))]));
  await good(store.peerCalls.unbindBlobs([BLOB, blob, `${'07'.repeat(32)}.elsewhere`]));
  t.is(await tagOf(store.peerCalls.unbindBlobs(['nonsense'])), 'not-found');
  cluster.clock.advance(7_200_000);
  await cluster.collect();
  t.true((await good(blobs.read(blob, 0, 10))).length === 10);
});

test('only chunks and manifests can be pulled', async (t) => {
  await using cluster = await Cluster.start(['a']);
  const { store, blobs } = cluster.node('a');
  await put(blobs, noise(100));
  const digest = digestOf(noise(100));
  const names = [
    '',
    'chunk',
    'chunk/',
    'chunk/../../paths.journal',
    `file/${digest}`,
    `chunk/${digest}/x`,
  ];
  for (const name of [...names, `chunk/${digest.toUpperCase()}`, `chunk/${'0'.repeat(64)}`]) {
    await t.throwsAsync(store.openBulk(name, 0, 100), undefined, name);
  }
  for (const [offset, size] of [
    [-1, 1],
    [0, -1],
    [0.5, 1],
    [Number.NaN, 1],
  ] as const) {
    await t.throwsAsync(store.openBulk(`chunk/${digest}`, offset, size), { code: 'refused' });
  }
  t.is((await store.openBulk(`chunk/${digest}`, 90, 100)).size, 10);
  t.is((await store.openBulk(`chunk/${digest}`, 200, 100)).size, 0);
});

test('a manifest of another node is read only if it is in order', (t) => {
  const sound = {
    size: 2 * MIB + 1,
    chunkSize: MIB,
    salt: new Uint8Array(16),
    runs: [{ nodes: ['a'], chunks: new Uint8Array(96) }],
    owner: 'alice',
  };
  t.is(decodeManifest(encodeManifest(sound)).chunkCount, 3);
  const wrong = [
    { ...sound, size: 3 * MIB + 1 },
    { ...sound, size: 2 * MIB },
    { ...sound, size: Number.MAX_SAFE_INTEGER },
    { ...sound, chunkSize: 1 },
    { ...sound, chunkSize: 0 },
    { ...sound, salt: new Uint8Array(33) },
    { ...sound, owner: 'x'.repeat(129) },
    { ...sound, runs: [] },
    { ...sound, runs: [{ nodes: [], chunks: new Uint8Array(96) }] },
    { ...sound, runs: [{ nodes: ['../a'], chunks: new Uint8Array(96) }] },
    { ...sound, runs: [{ nodes: ['a'], chunks: new Uint8Array(95) }] },
    { ...sound, runs: [...sound.runs, { nodes: ['a'], chunks: new Uint8Array(0) }] },
    {
      ...sound,
      runs: [{ nodes: Array.from({ length: 17 }, () => 'a'), chunks: new Uint8Array(96) }],
    },
  ];
  for (const manifest of wrong) {
    t.throws(() => decodeManifest(encodeManifest(manifest)), { code: 'corrupt' });
  }
  const whole = encodeManifest(sound);
  for (let length = 0; length < whole.length; length++) {
    t.throws(() => decodeManifest(whole.subarray(0, length)), { code: 'corrupt' });
  }
  t.throws(() => decodeManifest(Buffer.concat([whole, Buffer.alloc(1)])), { code: 'corrupt' });
});

test('versions 1 and 2 of a manifest are read, and 2 is written, as they were when they were frozen', (t) => {
  const body = `0580804002010201020161016220${'03'.repeat(32)}`;
  const first = `56535441524d4601${body}`;
  const second = `56535441524d4602${body}05${Buffer.from('alice').toString('hex')}`;
  const manifest = {
    size: 5,
    chunkSize: MIB,
    salt: Uint8Array.of(1, 2),
    runs: [{ nodes: ['a', 'b'], chunks: new Uint8Array(32).fill(3) }],
    owner: 'alice',
  };
  t.is(Buffer.from(encodeManifest(manifest)).toString('hex'), second);
  for (const [frozen, owner] of [
    [first, ''],
    [second, 'alice'],
  ] as const) {
    const decoded = decodeManifest(Buffer.from(frozen, 'hex'));
    t.is(decoded.owner, owner);
    t.like(decoded.chunk(0), { digest: '03'.repeat(32), size: 5, nodes: ['a', 'b'] });
  }
});

/** A store whose only peer answers as it likes. */
async function beside(
  folder: TestFolder,
  answer: (name: string, params: readonly unknown[]) => unknown,
  pulled: () => AsyncIterable<Uint8Array>,
): Promise<VStore> {
  const peers: StorePeers = {
    self: 'a',
    members: () => ['a', 'liar'],
    reachable: () => true,
    ready: () => true,
    call: (_node, name, params) => Promise.resolve(answer(name.split('#')[1] ?? '', params)),
    pull: pulled,
  };
  const random = { bytes: (count: number) => new Uint8Array(count), next: () => 0 };
  const strategy = { keep: () => ['liar', 'nobody', ''], rank: () => [0, 99, -1, 0.5] };
  const clock = new ManualClock();
  const quota = { refusal: () => undefined };
  const registers = new SharedRegisters().of('a', () => true);
  const components = {
    disk: folder.disk,
    clock,
    random,
    logger: quiet,
    peers,
    strategy,
    quota,
    registers,
  };
  return createVStore(components, {});
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

test('a home that lies about a manifest is not believed', async (t) => {
  await using folder = await TestFolder.make();
  const answers: unknown[] = [
    { size: 10, body: noise(10) },
    { size: 2 ** 50, body: new Uint8Array(0) },
    { size: 100_000, body: new Uint8Array(0) },
  ];
  await using store = await beside(folder, () => ({ ok: true, value: answers.shift() }), nothing);
  const { blobs } = store.callsFor({ vtid: 't', creator: undefined, tenant: 'alice' });
  const id = `${'07'.repeat(32)}.liar`;
  t.is(await tagOf(blobs.size(id)), 'corrupt');
  t.is(await tagOf(blobs.size(id)), 'corrupt');
  t.is(await tagOf(blobs.size(id)), 'corrupt');
});

test('a member that lists what was not asked for does not keep a list from ending', async (t) => {
  await using folder = await TestFolder.make();
  const record = (path: string) => ({ path, heads: [] });
  const page = Array.from({ length: 1_000 }, () => record('/a'));
  await using store = await beside(folder, () => ({ ok: true, value: page }), nothing);
  const { files } = store.callsFor({ vtid: 't', creator: undefined, tenant: 'alice' });
  t.is(await tagOf(files.list('/a', undefined)), 'other');
  t.is(await tagOf(files.list('/b', undefined)), 'other');
});

test('a member that does not answer all questions has nothing collected', async (t) => {
  await using folder = await TestFolder.make();
  await using store = await beside(folder, () => ({ ok: true, value: [] }), nothing);
  const { blobs } = store.callsFor({ vtid: 't', creator: undefined, tenant: 'alice' });
  await put(blobs, noise(10));
  await t.throwsAsync(store.collect(), { code: 'other' });
  t.is(store.usage().chunks, 1);
});
