import { readFile } from 'node:fs/promises';
import test from 'ava';
import { nodeMetrics } from '#node/metrics/node-metrics.ts';
import { ProcessMetrics } from '#node/metrics/process-metrics.ts';
import type { Member } from '#p2p/member.ts';
import { Traffic } from '#p2p/traffic.ts';
import { KernelCluster } from '#tests/support/kernel-cluster.ts';

const MEMBER: Member = {
  id: 'other',
  name: 'other',
  addresses: [],
  incarnation: 1,
  version: '',
  standing: 'up',
  revoked: false,
  connected: true,
  silentMs: 0,
  roundTripUs: 100,
  link: () => ({ connections: 1, queuedBytes: 0, traffic: new Traffic() }),
};

test('docs/metrics.md has every metric, with its kind', async (t) => {
  const page = await readFile(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| (`[a-z_`, ]+`) \| ([a-z, ]+) \|/gm)];
  const documented = new Map(
    rows.flatMap(([, names, kinds]) => {
      const all = kinds!.split(', ');
      const named = names!.matchAll(/`([a-z_]+)`/g);
      return [...named].map(([, name], at): [string, string] => [name!, all[at] ?? all[0]!]);
    }),
  );
  using ofProcess = new ProcessMetrics();
  const { first: kernel } = new KernelCluster(1, {});
  const metrics = [
    ...nodeMetrics({ kernel, network: { members: () => [MEMBER] } }),
    ...ofProcess.read(),
  ];
  t.deepEqual(new Map(metrics.map(({ name, kind }) => [name, kind])), documented);
});
