import { tenantFiles } from '#node/tenants/tenant-files.ts';
import type { ErrorCode } from '#posiv-wit/generated/kernel.ts';
import type { BlobsCalls, FilesCalls, StoreError } from '#posiv-wit/generated/vstore.ts';
import { err, ok, type Result } from '#posiv-wit/result.ts';
import { ImageTooLargeError } from '#wasm-abi/errors.ts';
import { MAX_IMAGE_BYTES } from '#wasm-abi/inspect.ts';

const READ_BYTES = 1 << 20; // of a turn

export interface ImageSourceComponents {
  readonly files: FilesCalls;
  readonly blobs: BlobsCalls;
}

/** Brings images from vStore to this node. */
export class ImageSource {
  readonly #components: ImageSourceComponents;

  constructor(components: ImageSourceComponents) {
    this.#components = components;
  }

  /** The blob that is at a path of a tenant, where it is not one already. */
  async blobOf(pathOrBlob: string, tenant: string): Promise<Result<string, ErrorCode>> {
    if (!pathOrBlob.startsWith('/')) return ok(pathOrBlob);
    const stat = await tenantFiles(this.#components.files, tenant).stat(pathOrBlob);
    return stat.ok ? ok(stat.value.blob) : err(errorFor(pathOrBlob, stat.error));
  }

  /** All of a blob. @param name of what it is, for errors */
  async bytesOf(
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
}

export function tooLarge(name: string, bytes: number, maxBytes: number): ErrorCode {
  return {
    tag: 'quota-exceeded',
    val: `image-bytes: ${name} has ${bytes}, at most ${maxBytes} are allowed`,
  };
}

export function unusable(name: string, { message }: Error): ErrorCode {
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
