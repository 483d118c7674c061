import type { PosivClient } from '#node/control/client.ts';
import { answer } from '../../answer.ts';
import { codeOf, messageOf, TemplateDamagedError } from '../../errors.ts';
import { readPath } from '../../files/download.ts';
import { once } from '../../files/once.ts';
import { storeOnce } from '../../files/store-once.ts';
import { storeFile } from '../../files/upload.ts';
import type { BootBytes } from './debian.ts';

const TEMPLATES = '/machine-templates/';
const FILES = '/machine-files/';
const VERSION = 1;
const MEMORY_BYTES = 64 << 20;

/** A template in vStore; services/machine/guests/request.ts reads it. */
export interface StoredTemplate {
  readonly version: number;
  /** Paths of vStore, which say what is there; empty where machines boot from their image. */
  readonly kernel: string;
  readonly initrd: string;
  readonly image?: { readonly pieces: string; readonly index: string };
  /** For cloud-init. */
  readonly userData?: string;
  readonly commandLine: string;
  readonly board: 'pc' | 'microvm';
  readonly ready: string;
  /** That a machine of it has where nobody says how much, in bytes; 64 MiB where this is absent. */
  readonly memory?: number;
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
  { kernel, initrd, from, memory }: BootBytes,
  signal: AbortSignal,
): Promise<StoredTemplate> {
  const template: StoredTemplate = {
    version: VERSION,
    kernel: await storeOnce(client, FILES, kernel, { what: 'its kernel', signal }),
    initrd: await storeOnce(client, FILES, initrd, { what: 'its initramfs', signal }),
    ...SETTINGS,
    memory,
    from,
  };
  await bindTemplate(client, name, template, signal);
  return template;
}

/** What was made of an image. */
export interface ImageBytes {
  /** Says what it is. */
  readonly digest: string;
  /** Of its pieces, in bytes. */
  readonly size: number;
  readonly pieces: () => AsyncIterable<Uint8Array>;
  readonly index: string;
}

export interface ImportedTemplate extends Pick<
  StoredTemplate,
  'commandLine' | 'ready' | 'from' | 'userData'
> {
  readonly image: ImageBytes;
  /** None: machines boot from the image. */
  readonly boot: Pick<BootBytes, 'kernel' | 'initrd'> | undefined;
  /** Told of the bytes of the image that are stored. */
  readonly onStored: (bytes: number) => void;
}

/** Keeps a template with an image under its name, in place of what was there. */
export async function storeImageTemplate(
  client: PosivClient,
  name: string,
  { image, boot, onStored, ...settings }: ImportedTemplate,
  signal: AbortSignal,
): Promise<void> {
  const pieces = `${FILES}sha256-${image.digest}.pieces`;
  const found = await client.files.stat(pieces);
  if (!found.ok || found.value.size !== image.size)
    await storeFile(client, pieces, image.pieces(), { what: 'its image', signal, onStored });
  const keep = (bytes: Uint8Array, what: string): Promise<string> =>
    storeOnce(client, FILES, bytes, { what, signal });
  const template: StoredTemplate = {
    version: VERSION,
    kernel: boot ? await keep(boot.kernel, 'its kernel') : '',
    initrd: boot ? await keep(boot.initrd, 'its initramfs') : '',
    image: { pieces, index: await keep(Buffer.from(image.index), 'the index of its image') },
    board: SETTINGS.board,
    ...settings,
  };
  await bindTemplate(client, name, template, signal);
}

/** Of what was there under its name goes what no other one has. */
async function bindTemplate(
  client: PosivClient,
  name: string,
  template: StoredTemplate,
  signal: AbortSignal,
): Promise<void> {
  const before = await listTemplates(client);
  const text = Buffer.from(JSON.stringify(template));
  await storeFile(client, TEMPLATES + name, once(text), { what: `template ${name}`, signal });
  const replaced = before.find((each) => each.name === name);
  const others = before.filter((each) => each.name !== name);
  if (replaced) await removeUnused(client, replaced, [...others, template]);
}

/** What a machine of a template has where nobody says how much, in bytes. */
export async function memoryOf(client: PosivClient, name: string): Promise<number> {
  try {
    return (await readTemplate(client, TEMPLATES + name)).memory ?? MEMORY_BYTES;
  } catch (error) {
    if (codeOf(error) === 'not-found') return MEMORY_BYTES; // the master says that there is none
    throw error;
  }
}

/** Anybody who may write files can have written this one. @throws {template-damaged} and codes of vStore */
async function readTemplate(client: PosivClient, path: string): Promise<StoredTemplate> {
  const text = new TextDecoder().decode(await readPath(client, path));
  let read: Partial<StoredTemplate> | null;
  try {
    read = JSON.parse(text) as Partial<StoredTemplate> | null;
  } catch (error) {
    throw new TemplateDamagedError(path, messageOf(error), error);
  }
  const { version, kernel, initrd, from } = read ?? {};
  if (version !== VERSION)
    throw new TemplateDamagedError(path, `its version is ${version}, ${VERSION} is known`);
  if (typeof kernel !== 'string' || typeof initrd !== 'string' || !Array.isArray(from))
    throw new TemplateDamagedError(path, 'it has no kernel, initrd and from');
  return read as StoredTemplate;
}

/** All templates of the tenant, by name. */
export async function listTemplates(client: PosivClient): Promise<readonly NamedTemplate[]> {
  const found = await answer('templates', client.files.list(TEMPLATES, undefined));
  return Promise.all(
    found.map(async ({ path }) => {
      const template = await readTemplate(client, path);
      const sizes = await Promise.all(
        filesOf(template).map(async (file) => {
          const stat = await client.files.stat(file);
          return stat.ok ? stat.value.size : 0;
        }),
      );
      const size = sizes.reduce((sum, each) => sum + each, 0);
      return { name: path.slice(TEMPLATES.length), size, ...template };
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
  template: StoredTemplate,
  others: readonly StoredTemplate[],
): Promise<void> {
  const used = new Set(others.flatMap(filesOf));
  for (const file of filesOf(template)) if (!used.has(file)) await client.files.delete(file);
}

/** What a template consists of. */
function filesOf({ kernel, initrd, image }: StoredTemplate): string[] {
  return [kernel, initrd, image?.pieces ?? '', image?.index ?? ''].filter(Boolean);
}
