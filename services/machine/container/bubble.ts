import { execFile } from 'node:child_process';
import { systemFolders } from '#kernel/cell/system-folders.ts';
import type { Words } from '#kernel/cgroup/entering.ts';
import { MachineFault } from '../errors.ts';
import { installed } from '../installed.ts';

/** The pipes of a container's process, by their descriptors. It is tethered by its stdin. */
export const ORDERS_FD = 3;
export const CONSOLE_FD = 4;
export const FILES_FD = 5;
const TETHER_FD = 6;

/** How large a container may become. */
export interface Bounds {
  /** Of its file system, in bytes. */
  readonly files: number;
  /** Of the memory that one of its processes may ask for, in bytes. */
  readonly memory: number;
}

/** What it takes, and what that is part of on Debian. */
const PACKAGES = {
  bwrap: 'bubblewrap',
  setpriv: 'util-linux',
  prlimit: 'util-linux',
  tar: 'tar',
  sh: 'dash',
} as const;

type Tool = keyof typeof PACKAGES;

const TRIED_WITHIN_MS = 10_000;
const OPEN_FILES = 256;
/**
 * Of a container, with what keeps it. The limit is set within the outer wall: such a namespace counts what is below it, where outside all that
 * the node's user has would count (kernel/ucount.c of Linux).
 */
export const PROCESSES = 128;
const NOBODY = 65_534;
const SYSTEM = systemFolders(['/usr', '/bin', '/lib', '/lib64']);

/** Of the outer wall: it sees the tools of the node, and has the file system of the container as `/c`. */
const OUTER =
  `--unshare-all --new-session --cap-drop ALL --uid ${NOBODY} --gid ${NOBODY}` +
  ' --dev /dev --remount-ro /dev --proc /proc --dir /tmp';

/**
 * Of the inner one: it sees the container's file system alone, as root of nobody but itself, and cannot make namespaces, in which it
 * would have rights again.
 */
const ALONE =
  '--unshare-all --unshare-user --disable-userns --die-with-parent --new-session --cap-drop ALL --uid 0 --gid 0';
/** What is over its files, and not theirs. */
const OVER =
  '--proc /proc --dev /dev --remount-ro /dev --clearenv --setenv container bubblewrap --setenv HOME /';

/**
 * What is executed within the outer wall. It unpacks the files, starts the container's first program, and either ends with that, or
 * is ordered to end it and packs the files again. The first process of a container is killed, not what waits for it: the kernel lets
 * a namespace's first process go only after all others, so nobody writes any more when the files are packed. It ends with all that is
 * there once nobody holds its tether. That is none of kernel/cell/tether.ts, which waits until the pipes of what it runs are closed:
 * who waits for orders here holds one, until all is ended by the end of this shell.
 */
const KEEPER = `
exec ${TETHER_FD}<&0 0</dev/null
{ read -r _ <&${TETHER_FD}; kill -9 $$; } &
tar -xpf - --no-same-owner -C /c <&${FILES_FD} || exit 125
prlimit --nproc=${PROCESSES} -- bwrap ${ALONE} --bind /c / ${OVER} -- "$@" <&${CONSOLE_FD} >&${CONSOLE_FD} 2>&${CONSOLE_FD} ${ORDERS_FD}>&- ${FILES_FD}>&- ${TETHER_FD}<&- &
inner=$!
{ read -r _ <&${ORDERS_FD} && : >/tmp/ordered && kill -9 $(cat /proc/$inner/task/$inner/children); } &
status=0
wait $inner || status=$?
[ -e /tmp/ordered ] || exit $status
tar -cSf - -C /c . >&${FILES_FD}
`;

/** Bubblewrap as it is installed on this machine, with what else containers are made of. */
export class Bubble {
  readonly #tools: Readonly<Record<Tool, string>>;

  private constructor(tools: Readonly<Record<Tool, string>>) {
    this.#tools = tools;
  }

  /** Tries out whether a container can be made. @throws {no-backend} with what to install, or why it does not work */
  static async find(path: string): Promise<Bubble> {
    const bubble = new Bubble(await installed(PACKAGES, path));
    const why = await bubble.#failure();
    if (why !== undefined) throw new MachineFault('no-backend', why);
    return bubble;
  }

  /** Starts the first program of a container, `/init`, once its files have come by their pipe. */
  words(bounds: Bounds): Words {
    return this.#wrapped(bounds, KEEPER, 'container', '/init');
  }

  /** A container of this machine's own programs, to see whether one wall can be built within the other. */
  async #failure(): Promise<string | undefined> {
    const probe = `exec bwrap ${ALONE} ${SYSTEM.join(' ')} ${OVER} -- sh -c true`;
    const [program, ...args] = this.#wrapped({ files: 1 << 20, memory: 1 << 30 }, probe);
    return new Promise((resolve) => {
      execFile(program, args, { env: {}, timeout: TRIED_WITHIN_MS }, (error, _, stderr) =>
        resolve(error ? stderr.trim().split('\n')[0] || error.message : undefined),
      );
    });
  }

  #wrapped({ files, memory }: Bounds, script: string, ...args: readonly string[]): Words {
    const { setpriv, prlimit, bwrap, sh } = this.#tools;
    // Root may have as many processes as it likes, whatever the limit: a container's are nobody's.
    const isRoot = process.getuid?.() === 0;
    const nobody = isRoot ? [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] : [];
    const walls = [
      setpriv,
      ...nobody,
      ...'--no-new-privs --'.split(' '),
      prlimit,
      ...`--core=0 --msgqueue=0 --memlock=0 --nofile=${OPEN_FILES}`.split(' '),
      ...`--fsize=${files} --as=${memory} --`.split(' '),
      bwrap,
      ...OUTER.split(' '),
      ...SYSTEM,
      ...`--setenv PATH /usr/sbin:/usr/bin:/bin --size ${files} --tmpfs /c --`.split(' '),
    ] as const;
    return [...walls, sh, '-c', script, ...args];
  }
}
