import { Command } from 'commander';
import { PAGE_BYTES } from '#posiv-wit/quota.ts';
import { ALWAYS_GRANTED } from '../always-granted.ts';
import type { NodeChoice } from '../control-target.ts';
import { dataOption, examples, jsonOption } from '../options.ts';
import type { MemoryDescription } from '#wasm-abi/inspect.ts';
import { formatBytes } from '../output/units.ts';

interface Options extends NodeChoice {
  readonly json?: boolean;
}

interface Needs {
  readonly runs: string | null;
  readonly notOffered: readonly string[];
}

export function inspectCommand(): Command {
  const command = new Command('inspect')
    .summary('say what an image is and needs')
    .description(
      'Says what an image is, imports and exports, how it is run and what it has to be granted for that, without running it. ' +
        'Files and guests that come with vstar need no node.',
    )
    .argument('<image>', 'file, vstore:/PATH, or the name of a guest that comes with vstar')
    .addOption(jsonOption())
    .addOption(dataOption())
    .action(inspectImage);
  return examples(command, 'vstar inspect ./greeter.wasm', 'vstar inspect --json hello');
}

async function inspectImage(image: string, options: Options): Promise<void> {
  const { imageSource, inspectNamed } = await import('../images/image-source.ts');
  const { neededGrants, notOffered } = await import('#wasm-abi/grants.ts');
  const { covers } = await import('#posiv-wit/grant.ts');
  const { entryOf } = await import('#wasm-abi/entry.ts');
  const { json } = await import('../output/table.ts');
  const source = await imageSource(image);
  const bytes = 'bytes' in source ? source.bytes : await fetchImage(source.path, options);
  const description = inspectNamed(image, bytes);
  const { kind, hash, size, imports, exports, memories, coreModules } = description;
  const needs = {
    runs: entryOf(description) ?? null,
    neededGrants: neededGrants(description).filter((name) => !covers(ALWAYS_GRANTED, name)),
    notOffered: notOffered(description),
  };
  if (options.json) {
    process.stdout.write(
      json({ kind, hash, size, imports, exports, memories, coreModules, ...needs }),
    );
    return;
  }
  const rows: [string, readonly string[]][] = [
    ['kind', [kind]],
    ['sha256', [hash]],
    [
      'size',
      [
        `${formatBytes(size)} in ${coreModules === 1 ? '1 core module' : `${coreModules} core modules`}`,
      ],
    ],
    ['memory', [describeMemory(memories)]],
    ['imports', imports],
    ['exports', exports],
    ['runs', [howItRuns(needs)]],
    ['grants', needs.neededGrants],
  ];
  for (const [title, values] of rows) {
    const lines = values.length === 0 ? ['none'] : values;
    process.stdout.write(`${title.padEnd(9)}${lines.join(`\n${' '.repeat(9)}`)}\n`);
  }
}

function howItRuns({ runs, notOffered }: Needs): string {
  if (notOffered.length > 0) return `never: nobody offers ${notOffered.join(', ')}`;
  return runs === null ? 'not by itself: it has no entry' : `as a ${runs}`;
}

/** What all of its memories need together. */
function describeMemory(memories: readonly MemoryDescription[]): string {
  const least = memories.reduce((sum, { minPages }) => sum + minPages, 0);
  const most = memories.reduce((sum, { maxPages = Infinity }) => sum + maxPages, 0);
  const from = formatBytes(least * PAGE_BYTES);
  return Number.isFinite(most) ? `${from} to ${formatBytes(most * PAGE_BYTES)}` : `${from} or more`;
}

async function fetchImage(path: string, choice: NodeChoice): Promise<Uint8Array> {
  const { withSession } = await import('../session.ts');
  const { readPath } = await import('../files/download.ts');
  return withSession(choice, (client) => readPath(client, path));
}
