import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BootBytes } from '#cli/machine/template/debian.ts';
import { SETTINGS, storeImageTemplate } from '#cli/machine/template/stored-template.ts';
import { openImage } from '#node/machines/open-image.ts';
import type { Stage } from '../stage.ts';

/** Machines of this boot, each by itself: they have a disk with something on it. */
export const DISK_TEMPLATE = 'debian-disk';

const IMAGE_BYTES = 1 << 20;

/** What is on the disks of machines that boot: the kernel looks for partitions, and nothing else reads it. */
export const IMAGE = Buffer.alloc(IMAGE_BYTES, 'vstarcloud');

/** Stores the template of machines that boot. */
export async function storeDiskTemplate({ client, signal }: Stage, boot: BootBytes): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'vstar-bench-'));
  try {
    const file = join(folder, 'disk');
    await writeFile(file, IMAGE);
    await using image = await openImage(file, { needsBoot: false, signal, onRead: () => {} });
    const stored = {
      image: {
        digest: image.digest,
        size: image.map.blobBytes,
        pieces: () => image.pieces(),
        index: image.map.toText(),
      },
      boot,
      commandLine: SETTINGS.commandLine,
      ready: SETTINGS.ready,
      from: boot.from,
      onStored: () => {},
    };
    await storeImageTemplate(client, DISK_TEMPLATE, stored, signal);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
