import { readFile } from 'node:fs/promises';
import test from 'ava';
import { VTASK_LIMITS, type LimitRange } from '#kernel/quota.ts';
import { tenantLimits } from '#kernel/tenants.ts';
import { LIMIT_CASES } from '#posiv-wit/generated/kernel.ts';

async function rows(): Promise<Map<string, readonly string[]>> {
  const page = await readFile(new URL('../../docs/limits.md', import.meta.url), 'utf8');
  const lines = [...page.matchAll(/^\| `([a-z-]+)` \|(.*)\|$/gm)];
  return new Map(
    lines.map(([, name, rest]) => [name!, rest!.split('|').map((cell) => cell.trim())]),
  );
}

test('docs/limits.md has the default and the maximum of every limit, and what passing it does', async (t) => {
  const page = await rows();
  const node = 4_000;
  const limits: LimitRange[] = [
    ...Object.values(VTASK_LIMITS),
    ...Object.values(tenantLimits(node)),
  ];
  t.is(page.size, limits.length);
  for (const { name, standard, maximum } of limits) {
    const [unit, writtenDefault, writtenMaximum, effect] = page.get(name) ?? [];
    t.truthy(unit, name);
    t.truthy(effect, name);
    const ofNode: Record<string, number> = {
      "a quarter of the node's": node / 4,
      "the node's": node,
    };
    t.is(ofNode[writtenDefault!] ?? Number(writtenDefault), standard, name);
    t.is(ofNode[writtenMaximum!] ?? Number(writtenMaximum), maximum, name);
  }
});

test('whatever is counted is a limit of docs/limits.md', async (t) => {
  const page = await rows();
  for (const limit of LIMIT_CASES) t.true(page.has(limit), limit);
});
