import test from 'ava';
import { coreModule } from './support/images.ts';
import { referenceCount } from './support/reference-count.ts';
import { TestCloud } from './support/test-cloud.ts';
import type { Fault } from './support/test-cloud.ts';
import { mobyDick } from './support/texts.ts';

const images = new Map<string, WebAssembly.Module>();
const text = mobyDick().subarray(0, 300_000);
const whole = Buffer.from(referenceCount(text)).toString('latin1');
const fields = { splitSize: 20_000, reduces: 3 };

test.before('the images are built', async () => {
  images.set('map', await coreModule('wordcount-map'));
  images.set('reduce', await coreModule('wordcount-reduce'));
});

async function run(fault: Fault, more: Record<string, unknown> = {}, nodes = 3) {
  const cloud = new TestCloud(images, nodes, fault);
  const job = await cloud.run([text], { ...fields, ...more });
  return { cloud, job, output: Buffer.from(cloud.output ?? []).toString('latin1') };
}

/** Fails the first so many requests that match. */
function first(times: number, matches: (identity: string) => boolean, what: Fault): Fault {
  let left = times;
  return (request) => {
    if (left > 0 && matches(request.identity)) {
      left -= 1;
      what(request);
    }
  };
}

test('two vTasks run on a node at a time, on every node', async (t) => {
  const { cloud } = await run(() => undefined);
  t.is(cloud.mostOnNode, 2);
  const maps = cloud.started.filter(({ image }) => image === 'map');
  t.deepEqual(maps.map(({ node }) => node).toSorted(), [
    'node-0',
    'node-0',
    'node-1',
    'node-1',
    'node-2',
    'node-2',
  ]);
});

test('as many map vTasks are made as the user asks for, though fewer run at a time', async (t) => {
  const { cloud, output } = await run(() => undefined, { maps: 11 });
  t.is(cloud.started.filter(({ image }) => image === 'map').length, 11);
  t.is(cloud.mostOnNode, 2);
  t.is(output, whole);
});

test('once the job has ended no vTask and no scratch blob is left', async (t) => {
  const { cloud, output } = await run(() => undefined);
  t.is(output, whole);
  t.is(cloud.alive.size, 0);
  t.is(cloud.vstore.scratch.size, 0);
  t.is(cloud.vstore.openWriters, 0);
});

for (const identity of ['map', 'finish', 'reduce', 'merge']) {
  test(`a vTask that dies in '${identity}' is replaced and nothing is counted twice`, async (t) => {
    const { job, output } = await run(
      first(
        2,
        (each) => each === identity,
        ({ cloud, vtid }) => cloud.die(vtid, 'trapped: unreachable'),
      ),
    );
    t.is(output, whole);
    t.true(job.progress().retries >= 2);
  });
}

test('a mapper that always fails ends the job with the split, the attempts and the last cause', async (t) => {
  const { job, cloud } = await run(({ identity, args }) => {
    if (identity === 'map' && args['split'] === 3) throw new Error('handler-failed: cannot parse');
  });
  t.is(
    job.error?.message,
    'split 3 (/in-0, bytes 60000 to 80000) failed 4 times, at last with: handler-failed: cannot parse',
  );
  t.is(job.progress().phase, 'failed');
  t.is(cloud.alive.size, 0);
  t.false(cloud.bound.has('/out'));
});

test('a reducer that always fails ends the job with the part and the last cause', async (t) => {
  const { job } = await run(({ identity }) => {
    if (identity === 'reduce') throw new Error('handler-failed: no room');
  });
  t.regex(
    job.error?.message ?? '',
    /^part \d failed 4 times, at last with: handler-failed: no room$/,
  );
});

test('an image that no node takes ends the job at once and says why', async (t) => {
  const { job } = await run(() => undefined, { mapper: 'nothing' });
  t.regex(
    job.error?.message ?? '',
    /^no node takes a map vTask of nothing: node-0: refused: no image/,
  );
});

test('a node that is lost with its map outputs has those mapped again elsewhere', async (t) => {
  const { job, cloud, output } = await run(
    first(
      1,
      (each) => each === 'reduce',
      ({ cloud: all }) => all.loseNode('node-1'),
    ),
  );
  t.is(output, whole);
  t.true(job.progress().retries > 0);
  const maps = cloud.started.filter(({ image }) => image === 'map');
  t.true(maps.length > 6);
});

test('progress tells the splits, bytes and vTasks, and the result the size of the output', async (t) => {
  const { job, output } = await run(() => undefined);
  const { phase, splitsDone, bytesDone, reducesDone, tasks } = job.progress();
  t.deepEqual([phase, splitsDone, bytesDone, reducesDone], ['done', 15, 300_000, 3]);
  t.is(
    tasks.filter(({ kind }) => kind === 'map').reduce((sum, { bytes }) => sum + bytes, 0),
    300_000,
  );
  t.is(job.result().size, output.length);
  t.is(job.result().keys, whole.split('\n').length - 1);
});
