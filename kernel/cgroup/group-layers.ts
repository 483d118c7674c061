import type { Base } from '#kernel/cgroup/base.ts';
import type { Layer } from '#kernel/cell/layers.ts';

const STOPS: Readonly<Record<string, string>> = {
  cpu: 'more of the processors for a tenant that has more cells or machines, by cpu.weight',
  memory: 'more memory than they are given, files and the kernel included, by memory.max',
  pids: 'processes and threads without end, by pids.max',
};

/** What of cgroups is on, for people. @param on what there is, or why there is nothing */
export function groupLayers(
  on: Pick<Base, 'off'> | string,
  controllers: readonly string[],
): readonly Layer[] {
  const isOff = typeof on === 'string';
  const stops = 'leaving processes behind when they are ended, by cgroup.kill';
  return [
    { name: 'cgroup', stops, on: !isOff, why: isOff ? on : undefined },
    ...controllers.map((each): Layer => {
      const why = isOff ? 'there is no cgroup to have it in' : on.off.get(each);
      const what = STOPS[each] ?? `more than ${each} gives them`;
      return { name: `cgroup-${each}`, stops: what, on: why === undefined, why };
    }),
  ];
}
