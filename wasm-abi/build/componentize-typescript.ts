import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BuildFailedError } from '../errors.ts';
import type { BuildResults, ComponentizeJob } from './jobs.ts';

/**
 * Makes a component of a bundled module: QuickJS, with the module's top level run once and frozen in it. It imports what
 * the world says and nothing of WASI.
 * @throws {build-failed}
 */
export async function componentizeTypescript(
  job: ComponentizeJob,
): Promise<BuildResults['componentize']> {
  const { componentize } = await import('componentize-qjs');
  const directory = await mkdtemp(join(tmpdir(), 'vstar-build-'));
  try {
    const witPath = join(directory, 'guest.wit');
    await writeFile(witPath, job.wit);
    const { component } = await componentize({
      witPath,
      world: job.world,
      jsSource: job.source,
      sync: true,
      stubWasi: true,
      optSize: true,
    });
    return { image: new Uint8Array(component) };
  } catch (error) {
    throw new BuildFailedError(
      'componentize',
      error instanceof Error ? error.message : String(error),
    );
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
