// The calls of Table I as the SDK for C has them, on one node and between two.
import { fileURLToPath } from 'node:url';
import test from 'ava';
import type { PosivClient } from '#node/control/client.ts';
import { shippedImage } from '#tests/services/mapreduce/support/images.ts';
import { RealCluster, upload } from '#tests/support/real-cluster.ts';
import { good } from '#tests/support/results.ts';

const PATIENCE_MS = 60_000; // for a loaded machine
const IMAGE = '/images/table-one';

let cluster: RealCluster;
let posiv: PosivClient;

test.before(async () => {
  cluster = await RealCluster.start(2);
  posiv = await cluster.connect();
  const source = fileURLToPath(new URL('fixtures/table-one.c', import.meta.url));
  await upload(posiv, IMAGE, await shippedImage('pong-c', source));
});

test.after.always(async () => {
  await posiv.close();
  await cluster[Symbol.asyncDispose]();
});

const EXPECTED = `\
register-rpc: ok
register-rpc again: refused
self: ok
new of nothing: refused
new: ok
on-start: ok
sched: ok
it: started
find: ok
sched of nonsense: no-such-task
kill of nonsense: no-such-task
watch of nonsense: no-such-task
rpc: hello
rpc that fails: handler-failed: on purpose
rpc of no handler: refused
msg of no handler: refused
msg: ok
later: by and by
back: asks
fail: handler-failed: on purpose
unwatch: ok
unwatch again: refused
kill: ok
`;

for (const node of ['a', 'b']) {
  test.serial(`each call does what Table I says, with a vTask on node ${node}`, async (t) => {
    const cmd = ['asks', IMAGE, node];
    const vtid = good(await posiv.vtask.new(undefined, IMAGE, cmd, undefined));
    good(await posiv.vtask.sched(vtid));
    let output = '';
    for (let next = 0, ended = false; !ended;) {
      const page = good(await posiv.log.read(vtid, next, PATIENCE_MS));
      for (const { text } of page.entries) output += Buffer.from(text).toString();
      ({ next, ended } = page);
    }
    t.true(output.startsWith(EXPECTED), output);
    const [first = '', second = '', ...rest] = output.slice(EXPECTED.length).split('\n');
    t.deepEqual([first, second].toSorted(), ['its watch: killed', 'other: killed']);
    t.deepEqual(rest, [
      'it: exited with 7',
      'rpc of one that has ended: task-died',
      'serve: timeout',
      '',
    ]);
    t.deepEqual(good(await posiv.vtask.info(vtid)).reason, { tag: 'exited', val: 0 });
  });
}
