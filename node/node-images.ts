import type { Images, PreparedImage } from '#kernel/images.ts';
import { type ImageSource, tooLarge, unusable } from '#node/image-source.ts';
import type { ErrorCode } from '#posiv-wit/generated/kernel.ts';
import { err, ok, type Result } from '#posiv-wit/result.ts';
import { missingFrom } from '#wasm-abi/grants.ts';
import type { PreparedImage as Prepared } from '#wasm-abi/prepare.ts';

const KEPT = 1024; // blobs whose preparation is remembered

export interface NodeImagesComponents {
  readonly source: ImageSource;
  readonly prepare: PrepareImage;
}

/** Makes an image ready to be started: `prepareImage`, or what stands in for it. */
export type PrepareImage = (image: Uint8Array) => Promise<Prepared>;

/** Brings images from vStore to this node and prepares them, once for a blob. */
export class NodeImages implements Images {
  readonly #components: NodeImagesComponents;
  readonly #prepared = new Map<string, Promise<Result<PreparedImage, ErrorCode>>>();

  constructor(components: NodeImagesComponents) {
    this.#components = components;
  }

  async prepare(
    pathOrBlob: string,
    tenant: string,
    maxBytes: number,
  ): Promise<Result<PreparedImage, ErrorCode>> {
    const found = await this.#components.source.blobOf(pathOrBlob, tenant);
    if (!found.ok) return found;
    const blob = found.value;
    const known = await this.#prepared.get(blob);
    if (known?.ok && known.value.bytes > maxBytes)
      return err(tooLarge(pathOrBlob, known.value.bytes, maxBytes));
    // Too large for one tenant is not too large for all.
    if (known && (known.ok || known.error.tag !== 'quota-exceeded')) return known;
    const preparing = this.#prepare(pathOrBlob, blob, maxBytes);
    this.#remember(blob, preparing);
    const prepared = await preparing;
    if (!prepared.ok) this.#prepared.delete(blob);
    return prepared;
  }

  async #prepare(
    name: string,
    blob: string,
    maxBytes: number,
  ): Promise<Result<PreparedImage, ErrorCode>> {
    const bytes = await this.#components.source.bytesOf(name, blob, maxBytes);
    if (!bytes.ok) return bytes;
    try {
      const { key, description } = await this.#components.prepare(bytes.value);
      return ok({
        program: key,
        bytes: bytes.value.length,
        missing: missingFrom(description),
      });
    } catch (error) {
      return err(unusable(name, error as Error));
    }
  }

  #remember(blob: string, preparing: Promise<Result<PreparedImage, ErrorCode>>): void {
    this.#prepared.set(blob, preparing);
    for (const oldest of this.#prepared.keys()) {
      if (this.#prepared.size <= KEPT) break;
      this.#prepared.delete(oldest);
    }
  }
}
