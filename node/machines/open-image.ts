import { DiskImage, type DiskImageInit } from '#services/machine/images/disk-image.ts';
import { Qemu } from '#services/machine/qemu/qemu.ts';

/**
 * Looks at a file that has a disk in it, on this machine, behind the walls that hypervisors have.
 * @throws {refused} it is none that can be taken {failed} {no-backend} with what to install
 */
export async function openImage(path: string, init: DiskImageInit): Promise<DiskImage> {
  return DiskImage.open(await Qemu.find(process.env['PATH'] ?? ''), path, init);
}
