import type { Kernel } from '#kernel/kernel.ts';
import { unreachable } from '#kernel/vtid.ts';
import type { Draining } from '#node/draining/draining.ts';
import type { DrainingCalls } from '#posiv-wit/generated/admin.ts';
import type { ErrorCode } from '#posiv-wit/generated/kernel.ts';
import type { DrainingCalls as WireCalls } from '#posiv-wit/generated/wire.ts';
import { err, ok, type Result } from '#posiv-wit/result.ts';

/** `posiv:admin/draining`: carried out here, or by the node that is named. */
export function drainCalls(kernel: Kernel, draining: Draining): DrainingCalls {
  const own = wireDrainCalls(draining);

  async function at<T>(
    name: string,
    method: keyof WireCalls,
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

  async function change(
    name: string,
    method: 'drain' | 'undrain',
    params: readonly unknown[],
    here: () => Promise<Result<undefined, string>> | Result<undefined, string>,
  ): Promise<Result<undefined, ErrorCode>> {
    const changed = await at(name, method, params, here);
    if (!changed.ok) return changed;
    return changed.value.ok ? ok(undefined) : err({ tag: 'other', val: changed.value.error });
  }

  return {
    drain: (node, deadlineMs) => change(node, 'drain', [deadlineMs], () => own.drain(deadlineMs)),
    undrain: (node) => change(node, 'undrain', [], () => own.undrain()),
    progress: (node) => at(node, 'progress', [], () => draining.progress()),
  };
}

/** `posiv:wire/draining`. */
export function wireDrainCalls(draining: Draining): WireCalls {
  return {
    drain: (deadlineMs) => kept(draining.drain(deadlineMs)),
    undrain: () => kept(draining.undrain()),
    progress: () => draining.progress(),
  };
}

/** What the disk does not take is no fault of the way to the node. */
async function kept(changing: Promise<void>): Promise<Result<undefined, string>> {
  try {
    await changing;
    return ok(undefined);
  } catch (error) {
    return err((error as Error).message);
  }
}
