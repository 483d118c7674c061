// Registers in a real etcd: the same promises as those by consensus of the nodes.
import { systemClock } from '#kernel/system-clock.ts';
import type { EtcdRegisters } from '#p2p/registers/etcd/etcd-registers.ts';
import type { HttpPost } from '#p2p/registers/etcd/http-post.ts';
import { LeaseHolder } from '#p2p/registers/lease-holder.ts';
import { LeaseWatch, type Fencing } from '#p2p/registers/lease-watch.ts';
import type { Outcome } from '#p2p/registers/outcome.ts';
import { testWithEtcd } from '#tests/support/with-etcd.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { foundIn } from '../support/client.ts';
import { failsWith } from '../support/fails-with.ts';
import { disagreements, type Entry } from '../support/history.ts';
import { EtcdWorld } from './etcd-world.ts';

const TIMEOUT_MS = 10_000;
const one = new TextEncoder().encode('one');

function put(registers: EtcdRegisters, key: string, value = one): Promise<Outcome> {
  return registers.change(key, () => ({ value }), TIMEOUT_MS);
}

/** Swaps and reads, one after the other, and notes what came of it. */
async function work(registers: EtcdRegisters, name: string, entries: Entry[]): Promise<void> {
  let expected = 0;
  for (let at = 0; at < 24; at += 1) {
    const key = `k${at % 2}`;
    const call = systemClock.now();
    if (at % 4 === 3) {
      const outcome = await registers.read(key, TIMEOUT_MS);
      if (outcome.tag !== 'ok') continue;
      const operation = { kind: 'read', found: foundIn(outcome.register) } as const;
      entries.push({ key, call, answered: systemClock.now(), operation });
      continue;
    }
    const value = `${name}:${at}`;
    const bytes = new TextEncoder().encode(value);
    const outcome = await registers.change(
      key,
      ({ version }) => (version === expected ? { value: bytes } : undefined),
      TIMEOUT_MS,
    );
    if (outcome.tag === 'unavailable') continue;
    const answered = outcome.tag === 'ok' ? systemClock.now() : Infinity;
    const found =
      outcome.tag === 'ok' ? { ...foundIn(outcome.register), written: outcome.written } : undefined;
    entries.push({ key, call, answered, operation: { kind: 'swap', expected, value, found } });
    expected = found?.version ?? expected;
  }
}

testWithEtcd('a register has its version, its value, and none after it was emptied', async (t) => {
  await using world = await EtcdWorld.start(1);
  const { first } = world;
  const never = await first.read('a', TIMEOUT_MS);
  t.deepEqual(never, { tag: 'ok', register: { version: 0, value: undefined }, written: false });
  t.deepEqual(await put(first, 'a'), {
    tag: 'ok',
    register: { version: 1, value: one },
    written: true,
  });
  const other = world.client();
  const left = await other.change('a', () => undefined, TIMEOUT_MS);
  t.like(left, { tag: 'ok', register: { version: 1 }, written: false });
  await other.change('a', () => ({ value: undefined }), TIMEOUT_MS);
  const emptied = await first.read('a', TIMEOUT_MS);
  t.deepEqual(emptied, { tag: 'ok', register: { version: 2, value: undefined }, written: false });
});

testWithEtcd(
  'swaps of several nodes happen one after another, also while the server that is asked is killed',
  async (t) => {
    await using world = await EtcdWorld.start(3);
    const entries: Entry[] = [];
    const working = ['a', 'b', 'c', 'd'].map((name) => work(world.client(), name, entries));
    await world.servers.kill(0);
    await Promise.all(working);
    world.servers.startAgain(0);
    t.deepEqual(disagreements(entries), []);
    const written = entries.filter(
      ({ operation }) => operation.kind === 'swap' && operation.found?.written === true,
    );
    t.true(written.length >= 2, 'somebody wins each version');
  },
);

testWithEtcd('a change whose answer is lost is made once', async (t) => {
  await using world = await EtcdWorld.start(1);
  let toLose = 1;
  const losing =
    (post: HttpPost): HttpPost =>
    async (url, body, headers, signal) => {
      const answer = await post(url, body, headers, signal);
      if (!body.includes('request_put') || toLose === 0) return answer;
      toLose -= 1;
      throw new Error('the answer was lost');
    };
  const outcome = await put(world.client({ through: losing }), 'a');
  t.like(outcome, { tag: 'ok', register: { version: 1 }, written: true });
  t.is(toLose, 0);
  t.like(await world.first.read('a', TIMEOUT_MS), { register: { version: 1 } });
});

testWithEtcd(
  'without an answer a read is unavailable, and a change that was sent is unknown',
  async (t) => {
    await using world = await EtcdWorld.start(1);
    const client = world.client();
    await put(client, 'a');
    const clock = new ManualClock();
    const deaf = world.client({
      clock,
      through: (post) => async (url, body, headers, signal) => {
        const answer = await post(url, body, headers, signal);
        if (!body.includes('request_put')) return answer;
        await clock.advance(TIMEOUT_MS); // the time is up as the answer is lost
        throw new Error('the answer was lost');
      },
    });
    t.like(await put(deaf, 'b'), { tag: 'unknown' });
    await world.servers.kill(0);
    t.like(await client.read('a', 300), { tag: 'unavailable' });
    t.like(await client.change('a', () => ({ value: one }), 300), { tag: 'unavailable' });
    world.servers.startAgain(0);
    const again = await client.read('a', TIMEOUT_MS);
    t.like(again, { tag: 'ok', register: { version: 1 } });
  },
);

testWithEtcd('a lease in etcd is held, runs out, and is fenced', async (t) => {
  await using world = await EtcdWorld.start(1);
  const init = { node: 'n', incarnation: 1, durationMs: 300 };
  const holder = new LeaseHolder({ proposer: world.first, clock: systemClock }, init);
  const token = await holder.acquire(TIMEOUT_MS);
  await holder.renew(TIMEOUT_MS);
  const watch = new LeaseWatch({ proposer: world.client(), clock: systemClock }, 'n');
  let fencing: Fencing = await watch.fence(TIMEOUT_MS);
  while (fencing.tag === 'wait') fencing = await watch.fence(TIMEOUT_MS);
  t.is(fencing.tag, 'fenced');
  t.false(holder.valid);
  await failsWith(t, holder.renew(TIMEOUT_MS), 'lease-lost');
  const next = new LeaseHolder(
    { proposer: world.first, clock: systemClock },
    { ...init, incarnation: 2 },
  );
  t.true((await next.acquire(TIMEOUT_MS)) > token);
});

testWithEtcd(
  'a life that is fenced, or not the newest, changes nothing but sees its own lease',
  async (t) => {
    await using world = await EtcdWorld.start(1);
    const lives = [1, 2].map((incarnation) => ({ node: 'n', incarnation, durationMs: 10_000 }));
    const [old, now] = lives.map((life) => world.client({ life }));
    await new LeaseHolder({ proposer: old!, clock: systemClock }, lives[0]!).acquire(TIMEOUT_MS);
    t.like(await put(old!, 'a'), { tag: 'ok', written: true });
    const holder = new LeaseHolder({ proposer: now!, clock: systemClock }, lives[1]!);
    await holder.acquire(TIMEOUT_MS);
    t.deepEqual(await put(old!, 'a'), { tag: 'fenced' });
    t.like(await put(now!, 'a'), { tag: 'ok', register: { version: 2 } });
    await holder.release(TIMEOUT_MS);
    t.deepEqual(await put(now!, 'a'), { tag: 'fenced' });
    await failsWith(t, holder.renew(TIMEOUT_MS), 'lease-lost');
    t.like(await world.first.read('a', TIMEOUT_MS), { register: { version: 2 } });
  },
);

testWithEtcd(
  'clusters share an etcd, and one that has begun nothing there is refused',
  async (t) => {
    await using world = await EtcdWorld.start(1);
    await failsWith(t, world.client({ cluster: 'c2' }).read('a', TIMEOUT_MS), 'registers-missing');
    await put(world.first, 'a');
    const second = world.client({ cluster: 'c2', founding: true });
    t.like(await second.read('a', TIMEOUT_MS), { register: { version: 0 } });
    const range = { key: Buffer.from('vstar/c1/').toString('base64'), range_end: 'dnN0YXIvYzEw' };
    await world.etcd('/v3/kv/deleterange', range);
    await failsWith(t, world.first.read('a', TIMEOUT_MS), 'registers-missing');
    await failsWith(t, put(world.first, 'a'), 'registers-missing');
  },
);

testWithEtcd(
  'etcd knows its users: without the right one nothing is read or written',
  async (t) => {
    await using world = await EtcdWorld.start(1);
    const user = { name: 'root', password: 'secret' };
    await world.etcd('/v3/auth/user/add', user);
    await world.etcd('/v3/auth/user/grant', { user: 'root', role: 'root' });
    await world.etcd('/v3/auth/enable', {});
    await failsWith(t, put(world.first, 'a'), 'etcd-refused');
    const wrong = world.client({ user: { ...user, password: 'guess' } });
    await failsWith(t, put(wrong, 'a'), 'etcd-refused');
    const right = world.client({ user });
    t.like(await put(right, 'a'), { tag: 'ok', written: true });
    // Whatever changes users makes tokens void.
    await world.etcd('/v3/auth/user/add', { name: 'more', password: 'x' }, { user });
    t.like(await put(right, 'a'), { tag: 'ok', register: { version: 2 } });
  },
);

testWithEtcd(
  'over TLS the certificate of etcd has to be signed by whom this node was told of',
  async (t) => {
    await using world = await EtcdWorld.start(1, 'https');
    t.like(await put(world.first, 'a'), { tag: 'ok', written: true });
    t.like(await world.client().read('a', 500), { tag: 'unavailable' });
  },
);
