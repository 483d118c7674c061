import type { ErrorCode } from '#posiv-wit/generated/kernel.ts';
import type { Result } from '#posiv-wit/result.ts';

/** An image, ready to be started by any lane of the node. */
export interface PreparedImage {
  /** Names it in the node's cache. */
  readonly program: string;
  /** The size of what it was made from. */
  readonly bytes: number;
  /** The interfaces that it imports and that these grants do not cover. */
  missing(grants: readonly string[]): readonly string[];
}

/** Brings images to the node and makes them ready. */
export interface Images {
  /**
   * The image at a path of vStore as a tenant sees it, or the blob of this id. Of more than `maxBytes` nothing is fetched:
   * `quota-exceeded`, `image-bytes`.
   */
  prepare(
    pathOrBlob: string,
    tenant: string,
    maxBytes: number,
  ): Promise<Result<PreparedImage, ErrorCode>>;
}
