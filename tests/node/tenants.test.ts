import { readFile } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import test from 'ava';
import { TENANT_HEADER } from '#node/control/authenticator.ts';
import { connectControl } from '#node/control/client.ts';
import { PROTOCOL } from '#node/control/protocol.ts';
import { DEFAULT_TENANT_QUOTA } from '#posiv-wit/quota.ts';
import { RealCluster, upload } from '#tests/support/real-cluster.ts';
import { bad, good } from '#tests/support/results.ts';

const TEXT = new TextEncoder().encode('hers alone');

test('a token says which tenant a session is, over HTTP and over the socket, and a wrong one is refused', async (t) => {
  await using cluster = await RealCluster.start(1, { httpPort: 0 });
  const { url, token: ownerToken } = cluster.nodes[0]!;
  const owner = await cluster.connect();
  const token = good(
    await owner.tenants.add('alice', {
      ...DEFAULT_TENANT_QUOTA,
      vtasks: 7,
      memoryBytes: 1 << 20,
    }),
  );
  for (const client of [
    await connectControl({ url: url!, token }),
    await cluster.connect(0, { token }),
  ]) {
    t.is(good(await client.vtask.info(client.vtid)).tenant, 'alice');
    await t.throwsAsync(async () => client.tenants.list(), { message: /not granted to alice/ });
    await client.close();
  }
  const acting = await cluster.connect(0, { tenant: 'alice' });
  t.is(good(await acting.vtask.info(acting.vtid)).tenant, 'alice');
  const remote = await connectControl({ url: url!, token: ownerToken });
  t.is(good(await remote.vtask.info(remote.vtid)).tenant, 'default');

  const code = async (target: Parameters<typeof connectControl>[0]): Promise<unknown> => {
    const error = await t.throwsAsync(connectControl(target));
    return (error as Error & { code?: unknown }).code;
  };
  const { socket } = cluster.nodes[0]!;
  t.is(await code({ url: url!, token: 'guessed' }), 'control-refused');
  t.is(await code({ socket, token: 'guessed' }), 'control-refused');
  t.is(await code({ socket, token, tenant: 'default' }), 'control-refused');
  t.is(await code({ socket, tenant: 'nobody' }), 'control-refused');
});

test('who is not known is answered with 401, and who is known and may not with 403', async (t) => {
  await using cluster = await RealCluster.start(1, { httpPort: 0 });
  const url = cluster.nodes[0]!.url!;
  const owner = await cluster.connect();
  const alice = good(await owner.tenants.add('alice', undefined));
  const ask = (path: string, headers: Record<string, string>): Promise<unknown[]> =>
    answerTo(new URL(path, url), headers);
  const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
  const session = { connection: 'Upgrade', upgrade: PROTOCOL };
  for (const [path, headers] of [
    ['/metrics', {}],
    ['/posiv', session],
  ] as const) {
    t.deepEqual(await ask(path, { ...headers }), [401, 'Bearer']);
    t.deepEqual(await ask(path, { ...headers, ...bearer('guessed') }), [401, 'Bearer']);
    t.deepEqual(await ask(path, { ...headers, authorization: 'Basic YTpi' }), [401, 'Bearer']);
    const another = { ...headers, ...bearer(alice), [TENANT_HEADER]: 'default' };
    t.deepEqual(await ask(path, another), [403, undefined]);
  }
  t.deepEqual(await ask('/metrics', bearer(alice)), [403, undefined]);
  t.deepEqual(await ask('/posiv', { ...session, ...bearer(alice) }), [101, undefined]);
});

/** The status, and what is to be shown. */
function answerTo(to: URL, headers: Record<string, string>): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const sent = request(to, { headers });
    sent.once('error', reject);
    const answered = (response: IncomingMessage): void => {
      response.destroy();
      resolve([response.statusCode, response.headers['www-authenticate']]);
    };
    sent.once('response', answered);
    sent.once('upgrade', answered);
    sent.end();
  });
}

test('a tenant sees its own paths alone, and the owner of the node sees them all', async (t) => {
  await using cluster = await RealCluster.start(1);
  const owner = await cluster.connect();
  const [alice, bob] = await Promise.all(
    ['alice', 'bob'].map(async (name) =>
      cluster.connect(0, { token: good(await owner.tenants.add(name, undefined)) }),
    ),
  );
  await upload(alice!, '/text', TEXT);
  t.is(good(await alice!.files.stat('/text')).path, '/text');
  t.deepEqual(
    good(await alice!.files.list('', undefined)).map(({ path }) => path),
    ['/text'],
  );
  t.is(bad(await bob!.files.stat('/text')), 'not-found');
  t.is(bad(await bob!.files.stat('/../alice/text')), 'refused');
  t.is(bad(await bob!.files.stat('text')), 'refused');
  t.is(bad(await bob!.files.delete('/text')), 'not-found');
  t.deepEqual(good(await bob!.files.list('/', undefined)), []);
  t.is(good(await owner.files.stat('/tenants/alice/text')).size, TEXT.length);
  const image = await bob!.vtask.new(undefined, '/text', [], undefined);
  t.regex(!image.ok && 'val' in image.error ? image.error.val : '', /not-found/);
});

test('a tenant outlives a restart, by the hash of its token; one that is taken away loses all at once', async (t) => {
  await using cluster = await RealCluster.start(1);
  const owner = await cluster.connect();
  const token = good(await owner.tenants.add('alice', undefined));
  t.is(bad(await owner.tenants.add('alice', undefined)), 'refused');
  t.is(bad(await owner.tenants.add('Not/A-Name', undefined)), 'refused');
  const kept = await readFile(join(cluster.folder, 'a', 'tenants.json'), 'utf8');
  t.false(kept.includes(token));
  await owner.close();
  await cluster.restart(0);
  const again = await cluster.connect();
  const alice = await cluster.connect(0, { token });
  t.is(bad(await again.tenants.remove('default')), 'refused');
  t.is(bad(await again.tenants.remove('nobody')), 'refused');
  good(await again.tenants.remove('alice'));
  await alice.closed;
  await t.throwsAsync(cluster.connect(0, { token }), { code: 'control-refused' });
  t.deepEqual(
    (await again.tenants.list()).map(({ name }) => name),
    ['default', 'system'],
  );
});
