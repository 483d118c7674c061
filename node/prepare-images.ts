import { setNiceness } from '#kernel/cell/niceness.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Logger } from '#kernel/logger.ts';
import { prepareImage } from '#wasm-abi/prepare.ts';
import type { PrepareImage } from '#node/node-images.ts';

/** Of what prepares a tenant's image, by nice(2): a third of the part of a cell that has something to do, for somebody waits for that. */
const NICENESS = 15;

/** Prepares images, with processor time that neither the node nor a cell has a use for. */
export function preparing(
  { clock, logger }: { readonly clock: Clock; readonly logger: Logger },
  cacheDir: string,
): PrepareImage {
  const started = (pid: number): void => {
    setNiceness(pid, NICENESS, clock).catch((error: unknown) =>
      logger.warn('a build has more of the processors than it is to have', {
        pid,
        why: String(error),
      }),
    );
  };
  return (image) => prepareImage(image, { cacheDir, started });
}
