import type { PosivClient } from '#node/control/client.ts';
import { answer } from '../../answer.ts';
import { readPath } from '../../files/download.ts';
import { storeOnce } from '../../files/store-once.ts';
import { storeFile } from '../../files/upload.ts';
import type { BootBytes } from './debian.ts';

const TEMPLATES = '/machine-templates/';
const FILES = '/machine-files/';
const VERSION = 1;

/** A template in vStore; services/machine/guests/request.ts reads it. */
export interface StoredTemplate {
  readonly version: number;
  /** Paths of vStore, which say what is there. */
  readonly kernel: string;
  readonly initrd: string;
  readonly commandLine: string;
  readonly board: 'pc' | 'microvm';
  readonly ready: string;
  /** What it was made of, for people. */
  readonly from: readonly string[];
}

export interface NamedTemplate extends StoredTemplate {
  readonly name: string;
  /** Of what it consists of, in bytes. */
  readonly size: number;
}

/** How the machine of the recipe is started: its shell says when it is there. */
export const SETTINGS = {
  // Where it ends, it ends: nobody waits for a reboot. A translated processor's clock is steady whatever Linux thinks of it.
  commandLine: 'quiet reboot=t panic=-1 tsc=reliable',
  board: 'pc',
  ready: 'machine# ',
} as const;

/** Keeps a template under its name, in place of what was there; of that goes what no other one has. */
export async function storeTemplate(
  client: PosivClient,
  name: string,
  { kernel, initrd, from }: BootBytes,
  signal: AbortSignal,
): Promise<StoredTemplate> {
  const before = await listTemplates(client);
  const template: StoredTemplate = {
    version: VERSION,
    kernel: await storeOnce(client, FILES, kernel, { what: 'its kernel', signal }),
    initrd: await storeOnce(client, FILES, initrd, { what: 'its initramfs', signal }),
    ...SETTINGS,
    from,
  };
  const text = Buffer.from(JSON.stringify(template));
  await storeFile(client, TEMPLATES + name, once(text), { what: `template ${name}`, signal });
  const replaced = before.find((each) => each.name === name);
  const others = before.filter((each) => each.name !== name);
  if (replaced) await removeUnused(client, replaced, [...others, template]);
  return template;
}

/** All templates of the tenant, by name. */
export async function listTemplates(client: PosivClient): Promise<readonly NamedTemplate[]> {
  const found = await answer('templates', client.files.list(TEMPLATES, undefined));
  return Promise.all(
    found.map(async ({ path }) => {
      const template = JSON.parse(
        new TextDecoder().decode(await readPath(client, path)),
      ) as StoredTemplate;
      const sizes = await Promise.all(
        [template.kernel, template.initrd].map(async (file) => {
          const stat = await client.files.stat(file);
          return stat.ok ? stat.value.size : 0;
        }),
      );
      return { name: path.slice(TEMPLATES.length), size: sizes[0]! + sizes[1]!, ...template };
    }),
  );
}

/** Takes a template away, and of what it consisted what no other one has. Machines that are there go on. */
export async function removeTemplate(client: PosivClient, name: string): Promise<void> {
  const path = TEMPLATES + name;
  await answer(`template ${name}`, client.files.stat(path));
  const before = await listTemplates(client);
  await answer(`template ${name}`, client.files.delete(path));
  const gone = before.find((each) => each.name === name);
  const others = before.filter((each) => each.name !== name);
  if (gone) await removeUnused(client, gone, others);
}

async function removeUnused(
  client: PosivClient,
  { kernel, initrd }: StoredTemplate,
  others: readonly StoredTemplate[],
): Promise<void> {
  const used = new Set(others.flatMap((each) => [each.kernel, each.initrd]));
  for (const file of [kernel, initrd]) if (!used.has(file)) await client.files.delete(file);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
