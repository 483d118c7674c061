import type { Kernel } from '#kernel/kernel.ts';
import { unreachable } from '#kernel/vtid.ts';
import type { Draining } from '#node/draining/draining.ts';
import type { DrainingCalls } from '#posiv-wit/generated/admin.ts';
import type { ErrorCode } from '#posiv-wit/generated/kernel.ts';
import type { DrainingCalls as WireCalls } from '#posiv-wit/generated/wire.ts';
import { err, ok, type Result } from '#posiv-wit/result.ts';

/** `posiv:admin/draining`: carried out here, or by the node that is named. */
export function drainCalls(kernel: Kernel, draining: Draining): DrainingCalls {
  async function at<T>(
    name: string,
    method: string,
    params: readonly unknown[],
    here: () => Promise<T> | T,
  ): Promise<Result<T, ErrorCode>> {
    const node = kernel.components.peers.find(name);
    if (node === undefined) return err({ tag: 'refused', val: `there is no node ${name}` });
    if (node === kernel.self) return ok(await here());
    try {
      const called = kernel.peerCalls.call(node, `posiv:wire/draining@0.1.0#${method}`, params);
      return ok((await called) as T);
    } catch {
      return err(unreachable(node));
    }
  }

  return {
    drain: (node, deadlineMs) =>
      at(node, 'drain', [deadlineMs], async () => {
        await draining.drain(deadlineMs);
        return undefined;
      }),
    undrain: (node) =>
      at(node, 'undrain', [], async () => {
        await draining.undrain();
        return undefined;
      }),
    progress: (node) => at(node, 'progress', [], () => draining.progress()),
  };
}

/** `posiv:wire/draining`. */
export function wireDrainCalls(draining: Draining): WireCalls {
  return {
    drain: (deadlineMs) => draining.drain(deadlineMs),
    undrain: () => draining.undrain(),
    progress: () => draining.progress(),
  };
}
