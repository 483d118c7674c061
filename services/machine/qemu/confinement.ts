import { findTool } from '#kernel/cell/find-tool.ts';
import { systemFolders } from '#kernel/cell/system-folders.ts';
import { tether } from '#kernel/cell/tether.ts';
import type { Words } from '#kernel/cgroup/entering.ts';
import { ConfinedProcess } from '../confined-process.ts';

/** What a hypervisor's process may see and do. */
export interface Reach {
  /** Its own folder, where it may write, and which is its current one. */
  readonly folder: string;
  /** What it may read besides, and write. */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** The longest file that it may write, in bytes. */
  readonly fileBytes: number;
  /** Needs the processor's virtualisation. */
  readonly kvm: boolean;
  /** Needs the network of the host. Default: it has none. */
  readonly network?: boolean;
  /** Of a processor, after which it is ended. Default: as long as it likes. */
  readonly cpuSeconds?: number;
}

/** The walls around hypervisors that this machine can build. */
export interface Confinement {
  /** By their tools: those that do not stand, and why. */
  readonly off: ReadonlyMap<string, string>;
  wrap(words: Words, reach: Reach): Words;
}

const TRIED_WITHIN_MS = 10_000;
const OPEN_FILES = 64;
const BLOCK_BYTES = 512; // by which a shell counts the length of files (POSIX, ulimit)
const DEVICES = ['/dev/null', '/dev/urandom'];
const SYSTEM = systemFolders(['/usr', '/bin', '/lib', '/lib64', '/etc/ld.so.cache']);

/**
 * Finds out which of the walls stand, by building them one around the other around a program: one may forbid what the next needs. QEMU adds its own, seccomp. A shell
 * within all of them ends it with its node, whatever became of that: no process is left.
 * @param path where tools are looked for, as PATH has it
 */
export async function findConfinement(path: string): Promise<Confinement> {
  const probe: Words = [(await findTool('true', path)) ?? '/bin/true'];
  const nowhere: Reach = { folder: '/', reads: [], writes: [], fileBytes: 0, kvm: false };
  const found = new Map<string, string>();
  const off = new Map<string, string>();
  const wrap = (words: Words, reach: Reach): Words => {
    let wrapped = words;
    for (const [tool, program] of found) {
      const args = LAYERS[tool]!(reach, found.has('bwrap'));
      if (args) wrapped = [program, ...args, ...wrapped];
    }
    return wrapped;
  };
  for (const tool of Object.keys(LAYERS)) {
    const program = await findTool(tool, path);
    if (program !== undefined) found.set(tool, program);
    const why = program ? await failureOf(wrap(probe, nowhere)) : `${tool} is not installed`;
    if (why === undefined) continue;
    found.delete(tool);
    off.set(tool, why);
  }
  return { off, wrap };
}

type Layer = (reach: Reach, bubble: boolean) => readonly string[] | undefined;

/** From the innermost to the outermost. None where another does it. */
const LAYERS: Readonly<Record<string, Layer>> = {
  sh: (reach) => tether(limits(reach)),
  // Without a session of its own: the one that it is started in has no terminal, and is lowered as a whole.
  bwrap: ({ folder, reads, writes, kvm, network }) => [
    ...'--unshare-all --as-pid-1 --cap-drop ALL'.split(' '),
    ...(network ? ['--share-net', '--ro-bind-try', '/etc/resolv.conf', '/etc/resolv.conf'] : []),
    ...'--uid 65534 --gid 65534 --proc /proc'.split(' '),
    ...DEVICES.flatMap((file) => ['--dev-bind', file, file]),
    ...SYSTEM,
    ...(kvm ? ['--dev-bind', '/dev/kvm', '/dev/kvm'] : []),
    ...reads.flatMap((file) => ['--ro-bind', file, file]),
    ...writes.flatMap((file) => ['--bind', file, file]),
    ...(folder === '/' ? [] : ['--bind', folder, folder, '--chdir', folder]),
    '--',
  ],
  setpriv: (_, bubble) => {
    // Bubblewrap needs root's capabilities, where it is root's, and drops them itself, with the way to gain rights.
    if (bubble) return undefined;
    const isRoot = process.getuid?.() === 0;
    return ['--no-new-privs', ...(isRoot ? ['--bounding-set=-all', '--inh-caps=-all'] : [])];
  },
};

/** What the program never comes to have: the shell that becomes its tether ends where one cannot be set. */
function limits({ fileBytes, cpuSeconds }: Reach): string {
  const most = [`c 0`, `n ${OPEN_FILES}`, `f ${Math.ceil(fileBytes / BLOCK_BYTES)}`];
  if (cpuSeconds !== undefined) most.push(`t ${cpuSeconds}`);
  return most.map((each) => `ulimit -${each} || exit`).join('\n');
}

async function failureOf(words: Words): Promise<string | undefined> {
  const tried = new ConfinedProcess({ name: words[0], words, folder: '/', pipes: 1 });
  tried.pipes[0]!.resume();
  const late = setTimeout(() => void tried.kill(), TRIED_WITHIN_MS);
  const { status, why, said } = await tried.ended;
  clearTimeout(late);
  return status === 0 ? undefined : said.split('\n')[0] || why;
}
