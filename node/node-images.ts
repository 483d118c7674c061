import type { Images, PreparedImage } from '#kernel/images.ts';
import { tenantFiles } from '#node/tenants/tenant-files.ts';
import type { ErrorCode } from '#posiv-wit/generated/kernel.ts';
import type { BlobsCalls, FilesCalls, StoreError } from '#posiv-wit/generated/vstore.ts';
import { err, ok, type Result } from '#posiv-wit/result.ts';
import { missingImports } from '#wasm-abi/grants.ts';
import { ImageTooLargeError } from '#wasm-abi/errors.ts';
import { MAX_IMAGE_BYTES } from '#wasm-abi/inspect.ts';
import type { PreparedImage as Prepared } from '#wasm-abi/prepare.ts';

const READ_BYTES = 1 << 20; // of a turn
const KEPT = 1024; // blobs whose preparation is remembered

export interface NodeImagesComponents {
  readonly files: FilesCalls;
  readonly blobs: BlobsCalls;
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
    let blob = pathOrBlob;
    if (pathOrBlob.startsWith('/')) {
      const stat = await tenantFiles(this.#components.files, tenant).stat(pathOrBlob);
      if (!stat.ok) return err(errorFor(pathOrBlob, stat.error));
      blob = stat.value.blob;
    }
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
    const bytes = await this.#fetch(name, blob, maxBytes);
    if (!bytes.ok) return bytes;
    try {
      const { key, description } = await this.#components.prepare(bytes.value);
      return ok({
        program: key,
        bytes: bytes.value.length,
        missing: (grants) => missingImports(description, grants),
      });
    } catch (error) {
      return err(unusable(name, error as Error));
    }
  }

  async #fetch(
    name: string,
    blob: string,
    maxBytes: number,
  ): Promise<Result<Uint8Array, ErrorCode>> {
    const { blobs } = this.#components;
    const size = await blobs.size(blob);
    if (!size.ok) return err(errorFor(name, size.error));
    if (size.value > maxBytes) return err(tooLarge(name, size.value, maxBytes));
    if (size.value > MAX_IMAGE_BYTES) return err(unusable(name, beyondAll(size.value)));
    const bytes = new Uint8Array(size.value);
    for (let at = 0; at < bytes.length; at += READ_BYTES) {
      const part = await blobs.read(blob, at, Math.min(READ_BYTES, bytes.length - at));
      if (!part.ok) return err(errorFor(name, part.error));
      bytes.set(part.value, at);
    }
    return ok(bytes);
  }

  #remember(blob: string, preparing: Promise<Result<PreparedImage, ErrorCode>>): void {
    this.#prepared.set(blob, preparing);
    for (const oldest of this.#prepared.keys()) {
      if (this.#prepared.size <= KEPT) break;
      this.#prepared.delete(oldest);
    }
  }
}

function tooLarge(name: string, bytes: number, maxBytes: number): ErrorCode {
  return {
    tag: 'quota-exceeded',
    val: `image-bytes: ${name} has ${bytes}, at most ${maxBytes} are allowed`,
  };
}

function unusable(name: string, { message }: Error): ErrorCode {
  return { tag: 'refused', val: `${name} cannot be run: ${message}` };
}

/** Nobody may have one of so many bytes, whatever the quota: nothing of it is fetched. */
function beyondAll(bytes: number): Error {
  return new ImageTooLargeError('its size in bytes', bytes, MAX_IMAGE_BYTES);
}

function errorFor(name: string, error: StoreError): ErrorCode {
  if (error.tag === 'unreachable') return { tag: 'unreachable', val: error.val };
  return { tag: 'refused', val: `the image ${name} cannot be read: ${error.tag}, ${error.val}` };
}
