import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Disk } from '#services/vstore/disk/disk.ts';
import { openNodeDisk } from '#services/vstore/vstore.ts';

/** A folder for a test, and the disk in it. */
export class TestFolder implements AsyncDisposable {
  readonly folder: string;
  readonly disk: Disk;

  private constructor(folder: string, disk: Disk) {
    this.folder = folder;
    this.disk = disk;
  }

  static async make(): Promise<TestFolder> {
    const folder = await mkdtemp(join(tmpdir(), 'vstore-'));
    return new TestFolder(folder, await openNodeDisk(folder, 0));
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.disk.close();
    await rm(this.folder, { recursive: true });
  }
}
