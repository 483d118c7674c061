import type { NodeChoice } from '../../control-target.ts';
import { cacheDir } from '../../folders.ts';
import { openProgress } from '../../output/progress.ts';
import { json, table } from '../../output/table.ts';
import { formatBytes } from '../../output/units.ts';
import { withSession } from '../../session.ts';
import { debianRecipe } from './debian.ts';
import { listTemplates, storeTemplate } from './stored-template.ts';

/** `vstar machine template build`. */
export async function buildTemplate(name: string, options: NodeChoice): Promise<void> {
  await withSession(options, async (client, signal) => {
    const bar = openProgress({ label: `template ${name}` });
    try {
      const onStep = (step: string, at: number, of: number): void => bar.update(at, of, step);
      const boot = await debianRecipe(cacheDir(), { signal, onStep });
      await storeTemplate(client, name, boot, signal);
      bar.stop();
      const size = formatBytes(boot.kernel.length + boot.initrd.length);
      process.stderr.write(`template ${name}: ${size}, of ${boot.from.join(' and ')}\n`);
    } finally {
      bar.stop();
    }
  });
}

/** `vstar machine template ls`. */
export async function showTemplates(
  options: NodeChoice & { readonly json?: boolean },
): Promise<void> {
  const all = await withSession(options, listTemplates);
  if (options.json) {
    process.stdout.write(json(all));
    return;
  }
  const columns = [
    { title: 'NAME' },
    { title: 'SIZE', align: 'right' },
    { title: 'MADE OF' },
  ] as const;
  const rows = all.map(({ name, size, from }) => [name, formatBytes(size), from.join(' ')]);
  process.stdout.write(table(columns, rows));
}
