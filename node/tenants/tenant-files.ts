import { DEFAULT_TENANT } from '#kernel/tenants.ts';
import type { FilesCalls, Stat } from '#posiv-wit/generated/vstore.ts';
import { err, ok, type Awaitable, type Result } from '#posiv-wit/result.ts';

/** Where a tenant's paths are, as the owner of the nodes sees them; empty for the owner's own, which are all. */
function rootOf(tenant: string): string {
  return tenant === DEFAULT_TENANT ? '' : `/tenants/${tenant}`;
}

/** The paths of vStore as a tenant sees them: its own alone, as if there were no others. */
export function tenantFiles(files: FilesCalls, tenant: string): FilesCalls {
  const root = rootOf(tenant);
  if (root === '') return files;
  const inner = (stat: Stat): Stat => ({ ...stat, path: stat.path.slice(root.length) });
  // What does not begin with / would not be under the root, but beside it.
  const within = <T, E extends { tag: string }>(
    path: string,
    call: (outer: string) => Awaitable<Result<T, E>>,
  ): Awaitable<Result<T, E>> =>
    path.startsWith('/') ? call(`${root}${path}`) : err(notAbsolute(path) as unknown as E);
  return {
    bind: async (path, blob) =>
      mapped(await within(path, (outer) => files.bind(outer, blob)), inner),
    stat: async (path) => mapped(await within(path, (outer) => files.stat(outer)), inner),
    list: async (prefix, after) => {
      const begin = prefix === '' ? '/' : prefix;
      const outerAfter = after === undefined ? undefined : `${root}${after}`;
      const listed = await within(begin, (outer) => files.list(outer, outerAfter));
      return mapped(listed, (stats) => stats.map(inner));
    },
    delete: (path) => within(path, (outer) => files.delete(outer)),
  };
}

function notAbsolute(path: string): { tag: 'refused'; val: string } {
  return { tag: 'refused', val: `path ${JSON.stringify(path.slice(0, 80))} does not begin with /` };
}

function mapped<T, U, E>(result: Result<T, E>, change: (value: T) => U): Result<U, E> {
  return result.ok ? ok(change(result.value)) : result;
}
