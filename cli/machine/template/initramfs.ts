import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { exists } from '../../files/exists.ts';
import { CHARACTER_DEVICE, cpio, FILE, FOLDER, PROGRAM, type CpioEntry } from './cpio.ts';

const run = promisify(execFile);
const INIT = fileURLToPath(new URL('../../../services/machine/guests/init', import.meta.url));
const MAX_MODULE_BYTES = 16 << 20;

/** Drivers of the devices that a machine has, each after those that it needs. What a kernel has built in is no file. */
const MODULES = [
  'drivers/virtio/virtio',
  'drivers/virtio/virtio_ring',
  'drivers/virtio/virtio_pci_legacy_dev',
  'drivers/virtio/virtio_pci_modern_dev',
  'drivers/virtio/virtio_pci',
  'drivers/virtio/virtio_mmio',
  'drivers/block/virtio_blk',
  'drivers/char/hw_random/virtio-rng',
  'net/core/failover',
  'drivers/net/net_failover',
  'drivers/net/virtio_net',
];

/**
 * The first file system of a machine: busybox, the drivers of its devices, and the program that starts. The same for the same.
 * @param modules the folder `kernel` of the kernel's modules
 */
export async function initramfs(busybox: string, modules: string): Promise<Buffer> {
  const folders = ['bin', 'dev', 'etc', 'mnt', 'modules', 'proc', 'sys', 'tmp'];
  const entries: CpioEntry[] = [
    ...folders.map((path) => ({ path, mode: FOLDER })),
    // Before its file system of devices is there the kernel opens this one.
    { path: 'dev/console', mode: CHARACTER_DEVICE, device: [5, 1] },
    { path: 'bin/busybox', mode: PROGRAM, bytes: await readFile(busybox) },
    { path: 'init', mode: PROGRAM, bytes: await readFile(INIT) },
  ];
  const order: string[] = [];
  for (const each of MODULES) {
    const bytes = await moduleBytes(join(modules, `${each}.ko`));
    if (!bytes) continue;
    const name = `${basename(each)}.ko`;
    entries.push({ path: `modules/${name}`, mode: FILE, bytes });
    order.push(`${name}\n`);
  }
  entries.push({ path: 'modules/order', mode: FILE, bytes: Buffer.from(order.join('')) });
  return promisify(gzip)(cpio(entries), { level: 9 });
}

/** As newer kernels have them, compressed, or not. */
async function moduleBytes(path: string): Promise<Uint8Array | undefined> {
  if (await exists(path)) return readFile(path);
  const packed = `${path}.xz`;
  if (!(await exists(packed))) return undefined;
  const { stdout } = await run('xz', ['-dc', packed], {
    encoding: 'buffer',
    maxBuffer: MAX_MODULE_BYTES,
  });
  return stdout;
}
