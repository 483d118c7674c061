// Each call of the paper's Table I, well and with every error, with real components on real node processes.
import { readdir } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import anyTest, { type TestFn } from 'ava';
import { decode, encode } from 'cborg';
import type { PosivClient } from '#node/control/client.ts';
import type { Event, Options } from '#posiv-wit/generated/kernel.ts';
import { CACHE, RealCluster, upload } from '#tests/support/real-cluster.ts';
import { bad, good } from '#tests/support/results.ts';
import { buildTypescriptGuest } from '#wasm-abi/build/typescript.ts';
import { DEFAULT_QUOTA } from '#posiv-wit/quota.ts';
import { DEFAULT_OPTIONS } from '#posiv-wit/options.ts';

const test = anyTest as TestFn<{ posiv: PosivClient }>;
const GUESTS = fileURLToPath(new URL('guests', import.meta.url));
const SECONDS = 60_000; // long enough for a loaded machine to start a vTask

let cluster: RealCluster;

test.before(async () => {
  cluster = await RealCluster.start(2);
  const client = await cluster.connect();
  for (const file of await readdir(GUESTS)) {
    if (!file.endsWith('.ts')) continue;
    const image = await buildTypescriptGuest({ entry: `${GUESTS}/${file}` }, { cacheDir: CACHE });
    await upload(client, `/images/${basename(file, '.ts')}`, image);
  }
  await client.close();
});

test.after.always(() => cluster[Symbol.asyncDispose]());

test.beforeEach(async (t) => {
  t.context.posiv = await cluster.connect();
});

test.afterEach.always((t) => t.context.posiv.close());

function options(node: string, more: Partial<Options> = {}): Options {
  return {
    ...DEFAULT_OPTIONS,
    node,
    quota: { ...DEFAULT_QUOTA, mailboxBytes: 1024 },
    ...more,
  };
}

async function make(posiv: PosivClient, guest: string, node: string, ...cmd: string[]) {
  return good(await posiv.vtask.new(undefined, `/images/${guest}`, cmd, options(node)));
}

async function start(posiv: PosivClient, guest: string, node: string, ...cmd: string[]) {
  const vtid = await make(posiv, guest, node, ...cmd);
  good(await posiv.vtask.sched(vtid));
  return vtid;
}

async function next(posiv: PosivClient): Promise<Event> {
  return good(await posiv.ipc.receive(SECONDS));
}

for (const [where, node] of [
  ['on one node', 'a'],
  ['on another node', 'b'],
] as const) {
  test(`${where}: vtask_new makes a vTask that vtask_sched starts, once`, async (t) => {
    const { posiv } = t.context;
    const name = `one-${node}`;
    const vtid = good(await posiv.vtask.new(name, '/images/answers', [], options(node)));
    t.is(good(await posiv.vtask.info(vtid)).state, 'created');
    good(await posiv.vtask.sched(vtid));
    t.is(bad(await posiv.vtask.sched(vtid)), 'refused');
    const answer = good(await posiv.ipc.rpc(vtid, 'echo', SECONDS, encode({ hello: [1, 2, 3] })));
    t.deepEqual(decode(answer), { hello: [1, 2, 3] });
    const info = good(await posiv.vtask.info(vtid));
    t.is(info.state, 'running');
    t.is(info.node, cluster.nodes.find((each) => each.name === node)!.id);
    t.is(good(await posiv.vtask.find(name)), vtid);
    t.true(good(await posiv.vtask.list(node)).some((each) => each.vtid === vtid));
  });

  test(`${where}: vtask_new refuses what it must, before anything runs`, async (t) => {
    const { posiv } = t.context;
    const name = `taken-${node}`;
    good(await posiv.vtask.new(name, '/images/answers', [], options(node)));
    const again = await posiv.vtask.new(name, '/images/answers', [], options(node));
    t.regex(again.ok ? '' : String('val' in again.error && again.error.val), /borne by the living/);
    t.is(bad(await posiv.vtask.new('a b', '/images/answers', [], options(node))), 'refused');
    t.is(bad(await posiv.vtask.new(undefined, '/images/none', [], options(node))), 'refused');
    t.is(bad(await posiv.vtask.new(undefined, 'relative', [], options(node))), 'refused');
    t.is(
      bad(await posiv.vtask.new(undefined, '/images/answers', [], options('nowhere'))),
      'refused',
    );
    const needs = await posiv.vtask.new(undefined, '/images/needs', [], options(node));
    t.regex(
      needs.ok ? '' : String('val' in needs.error && needs.error.val),
      /not granted: .*posiv:vstore\/files@0\.1\.0/,
    );
    const beyond = options(node, { grants: ['posiv:machine'] });
    t.is(bad(await posiv.vtask.new(undefined, '/images/answers', [], beyond)), 'refused');
    const large = options(node, { quota: { ...DEFAULT_QUOTA, memoryPages: 70_000 } });
    t.is(bad(await posiv.vtask.new(undefined, '/images/answers', [], large)), 'quota-exceeded');
    const long = 'x'.repeat(70_000);
    t.is(
      bad(await posiv.vtask.new(undefined, '/images/answers', [long], options(node))),
      'refused',
    );
  });

  test(`${where}: vtask_new refuses what is not wasm`, async (t) => {
    const { posiv } = t.context;
    await upload(posiv, `/images/text-${node}`, new TextEncoder().encode('#!/bin/sh\nexit 0\n'));
    const made = await posiv.vtask.new(undefined, `/images/text-${node}`, [], options(node));
    t.regex(made.ok ? '' : String('val' in made.error && made.error.val), /cannot be run/);
  });

  test(`${where}: a memory quota that an image cannot live with ends its start with the reason`, async (t) => {
    const { posiv } = t.context;
    const small = options(node, { quota: { ...DEFAULT_QUOTA, memoryPages: 1 } });
    const vtid = good(await posiv.vtask.new(undefined, '/images/waits', [], small));
    good(await posiv.monitor.onDie(vtid));
    good(await posiv.vtask.sched(vtid));
    const event = await next(posiv);
    const change = event.tag === 'notice' && event.val.change;
    t.is(change && change.tag === 'died' && change.val.tag, 'quota-exceeded');
  });

  test(`${where}: vtask_kill ends a vTask, and again does no harm`, async (t) => {
    const { posiv } = t.context;
    const vtid = await start(posiv, 'waits', node);
    good(await posiv.vtask.kill(vtid));
    const info = good(await posiv.vtask.info(vtid));
    t.is(info.state, 'killed');
    t.deepEqual(info.reason, { tag: 'killed' });
    good(await posiv.vtask.kill(vtid));
    t.is(bad(await posiv.vtask.sched(vtid)), 'task-died');
    t.is(bad(await posiv.ipc.msg(vtid, 'go', encode(1), SECONDS)), 'task-died');
  });

  test(`${where}: a name is free again once its bearer has ended`, async (t) => {
    const { posiv } = t.context;
    const name = `again-${node}`;
    const first = good(await posiv.vtask.new(name, '/images/waits', [], options(node)));
    good(await posiv.vtask.kill(first));
    const second = good(await posiv.vtask.new(name, '/images/waits', [], options(node)));
    t.is(good(await posiv.vtask.find(name)), second);
  });

  test(`${where}: a vtid that never existed is no such task to every call`, async (t) => {
    const { posiv } = t.context;
    const { id } = cluster.nodes.find((each) => each.name === node)!;
    for (const vtid of [`${id.slice(1)}${'q'.repeat(26)}`, 'nonsense', '']) {
      t.is(bad(await posiv.vtask.kill(vtid)), 'no-such-task');
      t.is(bad(await posiv.vtask.sched(vtid)), 'no-such-task');
      t.is(bad(await posiv.vtask.info(vtid)), 'no-such-task');
      t.is(bad(await posiv.ipc.rpc(vtid, 'echo', SECONDS, encode(1))), 'no-such-task');
      t.is(bad(await posiv.ipc.msg(vtid, 'go', encode(1), SECONDS)), 'no-such-task');
      t.is(bad(await posiv.monitor.onStart(vtid)), 'no-such-task');
      t.is(bad(await posiv.monitor.onExit(vtid)), 'no-such-task');
      t.is(bad(await posiv.monitor.onDie(vtid)), 'no-such-task');
      t.is(bad(await posiv.log.read(vtid, 0, 0)), 'no-such-task');
    }
  });

  test(`${where}: vtask_rpc fails with the code of what went wrong`, async (t) => {
    const { posiv } = t.context;
    const vtid = await start(posiv, 'answers', node);
    const failed = await posiv.ipc.rpc(vtid, 'fail', SECONDS, encode(1));
    t.deepEqual(failed, { ok: false, error: { tag: 'handler-failed', val: 'on purpose' } });
    t.is(bad(await posiv.ipc.rpc(vtid, 'unknown', SECONDS, encode(1))), 'refused');
    t.is(bad(await posiv.ipc.rpc(vtid, '', SECONDS, encode(1))), 'refused');
    t.is(bad(await posiv.ipc.rpc(vtid, 'echo', SECONDS, new Uint8Array(2 << 20))), 'refused');
    t.is(bad(await posiv.ipc.rpc(vtid, 'echo', SECONDS, new Uint8Array(2_000))), 'quota-exceeded');
    t.is(bad(await posiv.ipc.rpc(vtid, 'never', 50, encode(1))), 'timeout');
    t.is(bad(await posiv.ipc.rpc(vtid, 'die', SECONDS, encode(1))), 'task-died');
    t.is(bad(await posiv.ipc.rpc(vtid, 'echo', SECONDS, encode(1))), 'task-died');
    const reason = good(await posiv.vtask.info(vtid)).reason;
    t.is(reason?.tag, 'trapped');
  });

  test(`${where}: a vtask_rpc that comes back to one who waits would deadlock`, async (t) => {
    const { posiv } = t.context;
    const vtid = await start(posiv, 'relay', node);
    const other = await start(posiv, 'relay', node === 'a' ? 'b' : 'a');
    for (const target of [vtid, posiv.vtid])
      t.is(
        decode(good(await posiv.ipc.rpc(vtid, 'relay', SECONDS, encode(target)))),
        'would-deadlock',
      );
    t.is(decode(good(await posiv.ipc.rpc(vtid, 'relay', SECONDS, encode(other)))), 'ok');
    t.is(bad(await posiv.ipc.rpc(posiv.vtid, 'x', SECONDS, encode(1))), 'would-deadlock');
  });

  test(`${where}: vtask_msg returns once the message is in the mailbox, which holds senders back when it is full`, async (t) => {
    const { posiv } = t.context;
    const vtid = await make(posiv, 'answers', node);
    const filling = encode(new Uint8Array(800));
    good(await posiv.ipc.msg(vtid, 'go', filling, SECONDS));
    // On a busy machine the time given may be up before the other node has said that there is no room.
    let refusal = bad(await posiv.ipc.msg(vtid, 'go', filling, 2_000));
    while (refusal === 'timeout') refusal = bad(await posiv.ipc.msg(vtid, 'go', filling, 2_000));
    t.is(refusal, 'mailbox-full');
    const held = posiv.ipc.msg(vtid, 'go', filling, SECONDS);
    good(await posiv.vtask.sched(vtid));
    good(await held);
    t.is(bad(await posiv.ipc.msg(vtid, 'go', new Uint8Array(2_000), SECONDS)), 'quota-exceeded');
    t.is(bad(await posiv.ipc.msg(vtid, 'other', encode(1), SECONDS)), 'refused');
    const answer = posiv.ipc.rpc(vtid, 'later', SECONDS, encode(1));
    good(await posiv.ipc.msg(vtid, 'go', encode('now'), SECONDS));
    t.is(decode(good(await answer)), 'now');
  });

  test(`${where}: vtask_on_start, on_exit and on_die fire once, at once if it is over`, async (t) => {
    const { posiv } = t.context;
    const vtid = await make(posiv, 'ends', node, '3');
    const started = good(await posiv.monitor.onStart(vtid));
    const exited = good(await posiv.monitor.onExit(vtid));
    good(await posiv.monitor.onDie(vtid));
    good(await posiv.vtask.sched(vtid));
    const begun = { watch: started, vtid, change: { tag: 'started' } };
    t.deepEqual(await next(posiv), { tag: 'notice', val: begun } as Event);
    const ended = { watch: exited, vtid, change: { tag: 'exited', val: 3 } };
    t.deepEqual(await next(posiv), { tag: 'notice', val: ended } as Event);
    const again = good(await posiv.monitor.onExit(vtid));
    t.deepEqual(await next(posiv), { tag: 'notice', val: { ...ended, watch: again } } as Event);

    const failing = await make(posiv, 'ends', node, '0', 'no luck');
    const died = good(await posiv.monitor.onDie(failing));
    good(await posiv.vtask.sched(failing));
    const event = await next(posiv);
    t.is(event.tag === 'notice' && event.val.watch, died);
    const change = event.tag === 'notice' ? event.val.change : undefined;
    t.like(change, { tag: 'died', val: { tag: 'failed' } });
    t.is(bad(await posiv.ipc.receive(0)), 'timeout');
  });

  test(`${where}: a watch that was taken back does not fire`, async (t) => {
    const { posiv } = t.context;
    const vtid = await start(posiv, 'waits', node);
    const watch = good(await posiv.monitor.onDie(vtid));
    good(await posiv.monitor.unwatch(watch));
    t.is(bad(await posiv.monitor.unwatch(watch)), 'refused');
    good(await posiv.vtask.kill(vtid));
    t.is(bad(await posiv.ipc.receive(0)), 'timeout');
  });

  test(`${where}: children end with their creator unless detached`, async (t) => {
    const { posiv } = t.context;
    const creator = await cluster.connect();
    const child = await start(creator, 'waits', node);
    const detached = options(node, { detached: true });
    const free = good(await creator.vtask.new(undefined, '/images/waits', [], detached));
    good(await posiv.monitor.onDie(child));
    await creator.close();
    const event = await next(posiv);
    t.deepEqual(event.tag === 'notice' && event.val.change, {
      tag: 'died',
      val: { tag: 'creator-ended' },
    });
    t.is(good(await posiv.vtask.info(free)).state, 'created');
    good(await posiv.vtask.kill(free));
  });

  test(`${where}: what a vTask says can be read, also after its end`, async (t) => {
    const { posiv } = t.context;
    await upload(posiv, `/data/${node}`, new Uint8Array(1234));
    const granted = options(node, { grants: ['posiv:kernel', 'posiv:vstore'] });
    const vtid = good(
      await posiv.vtask.new(undefined, '/images/needs', [`/data/${node}`], granted),
    );
    good(await posiv.monitor.onExit(vtid));
    good(await posiv.vtask.sched(vtid));
    await next(posiv);
    const page = good(await posiv.log.read(vtid, 0, SECONDS));
    t.is(new TextDecoder().decode(page.entries[0]?.text), '1234\n');
    t.true(page.ended);
  });
}

test('registering answers for malformed and repeated identities', async (t) => {
  const { posiv } = t.context;
  for (const method of ['registerRpc', 'registerMsg'] as const) {
    good(await posiv.ipc[method]('once'));
    t.is(bad(await posiv.ipc[method]('once')), 'refused');
    t.is(bad(await posiv.ipc[method]('')), 'refused');
    t.is(bad(await posiv.ipc[method]('x'.repeat(129))), 'refused');
    for (let n = 1; n < 256; n += 1) good(await posiv.ipc[method](`id-${n}`));
    t.is(bad(await posiv.ipc[method]('one-too-many')), 'refused');
  }
});
