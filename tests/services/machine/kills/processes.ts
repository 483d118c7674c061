import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
}

/** The processes of QEMU that a process has started, by itself or by others. */
export function hypervisorsBelow(root: number): readonly number[] {
  const all = new Map(processes().map((each) => [each.pid, each]));
  const isBelow = (pid: number): boolean => {
    for (let at = pid; at > 1; at = all.get(at)?.parent ?? 0) if (at === root) return true;
    return false;
  };
  return [...all.values()]
    .filter(({ pid, name }) => name.startsWith('qemu-system') && isBelow(pid))
    .map(({ pid }) => pid);
}

/** The processes that work in a folder or were told of it, with what is wrapped around them. */
export function processesIn(folder: string): readonly number[] {
  return processes()
    .filter(({ pid }) => {
      const told = read(() => readFileSync(`/proc/${pid}/cmdline`, 'latin1'));
      const at = read(() => readlinkSync(`/proc/${pid}/cwd`));
      return told.includes(folder) || at.startsWith(folder);
    })
    .map(({ pid }) => pid);
}

function processes(): readonly Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const stat = read(() => readFileSync(`/proc/${name}/stat`, 'latin1'));
      const found = /^\d+ \((.*)\) (\S) (\d+)/s.exec(stat);
      // One that has ended, and waits for nobody but its parent, is none.
      if (!found || found[2] === 'Z') return [];
      return [{ pid: Number(name), parent: Number(found[3]), name: found[1]! }];
    });
}

/** Of a process, which may end meanwhile. */
function read(what: () => string): string {
  try {
    return what();
  } catch {
    return '';
  }
}
