// The examples and templates on real nodes, as a user starts them.
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { decode, encode } from 'cborg';
import type { PosivClient } from '#node/control/client.ts';
import { shippedImage } from '#tests/services/mapreduce/support/images.ts';
import { CACHE, RealCluster, upload } from '#tests/support/real-cluster.ts';
import { good } from '#tests/support/results.ts';
import { buildTypescriptGuest } from '#wasm-abi/build/typescript.ts';

const PATIENCE_MS = 60_000; // for a loaded machine

let cluster: RealCluster;
let posiv: PosivClient;

test.before(async () => {
  cluster = await RealCluster.start(2);
  posiv = await cluster.connect();
  for (const name of ['hello', 'hello-c', 'ping', 'ping-c', 'pong', 'pong-c'])
    await upload(posiv, `/images/${name}`, await shippedImage(name));
});

test.after.always(async () => {
  await posiv.close();
  await cluster[Symbol.asyncDispose]();
});

/** Runs a program to its end: what it wrote to its standard output, and how it ended. */
async function run(image: string, cmd: string[]): Promise<{ output: string; reason: unknown }> {
  const vtid = good(await posiv.vtask.new(undefined, `/images/${image}`, cmd, undefined));
  good(await posiv.vtask.sched(vtid));
  let output = '';
  for (let next = 0, ended = false; !ended;) {
    const page = good(await posiv.log.read(vtid, next, PATIENCE_MS));
    for (const { channel, text } of page.entries)
      if (channel === 'output') output += Buffer.from(text).toString();
    ({ next, ended } = page);
  }
  return { output, reason: good(await posiv.vtask.info(vtid)).reason };
}

test('hello says hello to each name and exits 0, in TypeScript and in C', async (t) => {
  const inTypescript = await run('hello', ['Ann', 'Ümit']);
  t.regex(inTypescript.output, /^hello, Ann\nhello, Ümit\nfrom \S+\n$/);
  t.deepEqual(inTypescript.reason, { tag: 'exited', val: 0 });
  const inC = await run('hello-c', ['Ann', 'Ümit']);
  t.is(inC.output, 'hello, Ann\nhello, Ümit\n');
  t.deepEqual(inC.reason, { tag: 'exited', val: 0 });
});

for (const node of ['a', 'b']) {
  test(`ping gets every ping back from a pong on node ${node}`, async (t) => {
    const { output, reason } = await run('ping', ['/images/pong', '200', node]);
    t.regex(output, /^200 round trips in [\d.]+ ms, [\d.]+ us each\n$/);
    t.deepEqual(reason, { tag: 'exited', val: 0 });
  });

  test(`ping in C gets every ping back from a pong in either language on node ${node}`, async (t) => {
    for (const pong of ['pong', 'pong-c']) {
      const { output, reason } = await run('ping-c', [`/images/${pong}`, '200', node]);
      t.is(output, 'every ping came back\n');
      t.deepEqual(reason, { tag: 'exited', val: 0 });
    }
  });
}

test('ping says which image it cannot start', async (t) => {
  const { reason } = await run('ping', ['/images/nothing']);
  t.regex(JSON.stringify(reason), /"failed".*refused.*\/images\/nothing/);
});

test('what a new vTask begins as answers, in TypeScript and in C', async (t) => {
  const template = (path: string): string =>
    fileURLToPath(new URL(`../../../guests/${path}`, import.meta.url));
  const entry = template('typescript/template/main.ts');
  await upload(posiv, '/images/new', await buildTypescriptGuest({ entry }, { cacheDir: CACHE }));
  await upload(
    posiv,
    '/images/new-c',
    await shippedImage('hello-c', template('c/template/main.c')),
  );
  for (const image of ['new', 'new-c']) {
    const vtid = good(await posiv.vtask.new(undefined, `/images/${image}`, [], undefined));
    good(await posiv.vtask.sched(vtid));
    const answer = await posiv.ipc.rpc(vtid, 'greet', PATIENCE_MS, encode({ name: 'Ann' }));
    t.is(decode(good(answer)), 'hello, Ann');
  }
});
