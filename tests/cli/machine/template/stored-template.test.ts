import test from 'ava';
import { once } from '#cli/files/once.ts';
import { storeFile } from '#cli/files/upload.ts';
import { listTemplates, memoryOf } from '#cli/machine/template/stored-template.ts';
import { RealCluster } from '#tests/support/real-cluster.ts';

const { signal } = new AbortController();

test('a template that is not there has the usual memory, and whatever else is wrong is told', async (t) => {
  await using cluster = await RealCluster.start(1);
  const client = await cluster.connect();
  const store = (text: string): Promise<unknown> => {
    const path = '/machine-templates/one';
    return storeFile(client, path, once(Buffer.from(text)), { what: path, signal });
  };
  t.is(await memoryOf(client, 'one'), 64 << 20);
  await t.throwsAsync(memoryOf(client, 'a//b'), { code: 'refused' });

  const whole = { version: 1, kernel: '/k', initrd: '/i', from: [], memory: 1 << 20 };
  await store(JSON.stringify(whole));
  t.is(await memoryOf(client, 'one'), 1 << 20);
  for (const text of ['{half', 'null', '{}', JSON.stringify({ ...whole, version: 2 })]) {
    await store(text);
    const message =
      /^\/machine-templates\/one is no template: .* vstar rm \/machine-templates\/one/;
    await t.throwsAsync(memoryOf(client, 'one'), { code: 'template-damaged', message }, text);
    await t.throwsAsync(listTemplates(client), { code: 'template-damaged' }, text);
  }
  await client.close();
});
