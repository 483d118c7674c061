import { askNode } from '#kernel/ask-node.ts';
import type { Kernel } from '#kernel/kernel.ts';
import type { ImageSource } from '#node/image-source.ts';
import type { KeptManagers } from '#node/managers/kept-managers.ts';
import type { ManagersCalls } from '#posiv-wit/generated/admin.ts';
import type { ErrorCode } from '#posiv-wit/generated/kernel.ts';
import type { ManagersCalls as WireCalls } from '#posiv-wit/generated/wire.ts';
import { type Awaitable, err, ok, type Result } from '#posiv-wit/result.ts';

export interface ManagerCallsComponents {
  readonly kernel: Kernel;
  readonly managers: KeptManagers;
  readonly images: ImageSource;
}

/** `posiv:admin/managers`, for one of a tenant who calls: carried out here, or by the node that is named. */
export function managerCalls(components: ManagerCallsComponents, tenant: string): ManagersCalls {
  const { kernel, images } = components;
  const here = wireManagerCalls(components);

  async function at<T>(
    name: string,
    method: keyof WireCalls,
    params: readonly unknown[],
    own: () => Awaitable<Result<T, ErrorCode>>,
  ): Promise<Result<T, ErrorCode>> {
    const node = kernel.components.peers.find(name);
    if (node === undefined) return err({ tag: 'refused', val: `there is no node ${name}` });
    if (node === kernel.self) return own();
    return askNode<T>(kernel, node, { name: `posiv:wire/managers@0.1.0#${method}`, params });
  }

  return {
    async plug(node, manager, image) {
      const blob = await images.blobOf(image, tenant);
      if (!blob.ok) return blob;
      return at(node, 'plug', [manager, blob.value], () => here.plug(manager, blob.value));
    },
    unplug: (node, manager) => at(node, 'unplug', [manager], () => here.unplug(manager)),
  };
}

/** `posiv:wire/managers`. */
export function wireManagerCalls({ managers, images }: ManagerCallsComponents): WireCalls {
  return {
    async plug(manager, image) {
      const bytes = await images.bytesOf(image, image, Number.POSITIVE_INFINITY); // no quota is asked
      return bytes.ok ? outcomeOf(() => managers.plug(manager, bytes.value)) : bytes;
    },
    unplug: (manager) =>
      outcomeOf(async () => {
        await managers.unplug(manager);
        return undefined;
      }),
  };
}

const REFUSED = new Set([
  'not-a-manager',
  'not-wasm',
  'malformed-image',
  'unsupported-image',
  'image-too-large',
]);

async function outcomeOf<T>(work: () => Promise<T>): Promise<Result<T, ErrorCode>> {
  try {
    return ok(await work());
  } catch (error) {
    const { code = '', message } = error as Error & { readonly code?: string };
    return err({ tag: REFUSED.has(code) ? 'refused' : 'other', val: message });
  }
}
