import test from 'ava';
import type { PosivClient } from '#node/control/client.ts';
import { ok } from '#posiv-wit/result.ts';
import { Attacker } from './attacker.ts';

test('what a guest does begins before its node hears of its first image, and once', async (t) => {
  const seen: string[] = [];
  const noted = (what: string, value: unknown) => () => {
    seen.push(what);
    return Promise.resolve(ok(value));
  };
  const blobs = { create: noted('create', 1), append: noted('append', 0), seal: noted('seal', '') };
  const client = { blobs, files: { bind: noted('bind', 0) } } as unknown as PosivClient;
  const attacker = new Attacker({
    client,
    rageMs: 0,
    neighbour: '',
    stranger: '',
    recruit: () => t.fail(),
    tenant: () => t.fail(),
    begins: async () => void seen.push('begins'),
  });
  await attacker.store(new Uint8Array(1));
  await attacker.store(new Uint8Array(1));
  const stored = ['create', 'append', 'seal', 'bind'];
  t.deepEqual(seen, ['begins', ...stored, ...stored]);
});
