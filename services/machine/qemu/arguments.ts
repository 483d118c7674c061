import type { Backend, Board, Shape, UserNetwork } from '#posiv-wit/generated/machine.ts';

/** The pipes of a QEMU process, by their descriptors: each is a connected socket, so there is nothing to find or to remove. */
export const QMP_FD = 3;
export const CONSOLE_FD = 4;
export const INCOMING_FD = 5;
/** A second serial line, by which a copy is told what its cards are to be. */
export const WORDS_FD = 6;
/** Of the first network card; those of the others follow. */
export const CARD_FD = 7;

/** Where a machine listens for nobody but its node: in its own folder, which is its current one. */
export const OUTGOING_SOCKET = 'outgoing.sock';
export const DISK_FILE = 'disk.qcow2';
export const SEED_FILE = 'seed.img';

/** Where the cards are on the bus, so that they are at the same place in what goes on from it, and in the way of nothing else. */
const FIRST_CARD_SLOT = 16;
const SEED_SLOT = 24;
/** Of the translated code of a machine. QEMU's own choice, a GiB, is more than most machines are given. */
const TRANSLATED_MIB = 16;

/** What memory a machine has. */
export type Memory =
  /** A file that it changes: the memory of a template, once it has stopped. */
  | { readonly kind: 'template'; readonly file: string }
  /** That file, of which it has its own copy where it writes. */
  | { readonly kind: 'copy'; readonly file: string }
  /** Its own alone. */
  | { readonly kind: 'own' };

export interface QemuInit {
  readonly backend: Backend;
  readonly board: Board;
  readonly shape: Shape;
  readonly memory: Memory;
  /** The MACs of its network cards. */
  readonly cards: readonly string[];
  /** Its disk is what has changed of another, which it reads from the pipe after those of its cards. */
  readonly base: boolean;
  /** It has a second disk, with what cloud-init looks for. */
  readonly seed: boolean;
  /** What it boots; none for one that goes on from something. */
  readonly boot: Boot | undefined;
}

/** A kernel, or whatever its firmware finds on its disk. */
export type Boot =
  | { readonly kernel: string; readonly initrd: string; readonly commandLine: string }
  | 'firmware';

/** The pipe by which a machine reads what its disk is based on. */
function baseFd(cards: readonly unknown[]): number {
  return CARD_FD + cards.length;
}

const KIB = 1 << 10;
/**
 * Under translation QEMU before 9.0 loses what a guest writes while its memory is being written for another one, where that is a whole number
 * of 256 KiB long: it looks at it in pieces of that length, and does not have itself told of the next write to a page that it has taken
 * (mended by its commit 03bfc2188f, "physmem: Fix migration dirty bitmap coherency with TCG memory access"). Of other lengths it
 * looks at each page, as it should.
 */
const LESS_BYTES = 8 * KIB;

/** What a machine has of the memory of its shape. */
export function memoryOf({ shape, backend }: Pick<QemuInit, 'shape' | 'backend'>): number {
  return backend === 'qemu-tcg' ? shape.memory - LESS_BYTES : shape.memory;
}

// What it has open by then is all that it needs. Threads of its own it may make, processes not.
const SANDBOX = '-sandbox on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny';

/** How QEMU is told what machine it is to be. The same for a machine and for what goes on from it, but for where memory is. */
export function qemuArguments(init: QemuInit): string[] {
  const { backend, board, shape, memory, cards, base, seed, boot } = init;
  const bus = board === 'pc' ? 'pci' : 'device';
  const size = `${memoryOf(init) / KIB}K`;
  const object = `${memoryObject(memory)},id=ram,size=${size}`;
  const words = [
    '-nodefaults -no-user-config -no-reboot -display none -name vstar',
    SANDBOX,
    backend === 'qemu-kvm'
      ? '-accel kvm -cpu host'
      : `-accel tcg,tb-size=${TRANSLATED_MIB} -cpu max`,
    `-m ${size} -smp ${shape.processors}`,
    // Under translation a microvm with ACPI hangs at its start; without it both boards find their devices. But systems that come
    // with an image are made for machines that have it.
    `-machine ${board},acpi=${base ? 'on' : 'off'},memory-backend=ram`,
    ...(base
      ? [
          `-blockdev driver=nbd,node-name=base,read-only=on,server.type=fd,server.str=${baseFd(cards)}`,
        ]
      : []),
    `-blockdev driver=qcow2,node-name=disk,discard=unmap,file.driver=file,file.filename=${DISK_FILE}${base ? ',backing=base' : ''}`,
    `-device virtio-blk-${bus},drive=disk,id=disk${boot === 'firmware' ? ',bootindex=0' : ''}`,
    `-object rng-builtin,id=entropy -device virtio-rng-${bus},rng=entropy`,
    `-chardev socket,id=qmp,fd=${QMP_FD} -mon chardev=qmp,mode=control`,
    `-chardev socket,id=console,fd=${CONSOLE_FD} -serial chardev:console`,
    // The other board has no second line.
    ...(board === 'pc' ? [`-chardev socket,id=words,fd=${WORDS_FD} -serial chardev:words`] : []),
    ...cards.map(cardArguments),
    ...(seed ? [seedArguments()] : []),
  ].flatMap((each) => each.split(' '));
  if (!boot) return [...words, '-object', object, '-S', '-incoming', 'defer'];
  if (boot === 'firmware') return [...words, '-object', object];
  const { kernel, initrd, commandLine } = boot;
  const started = ['-kernel', kernel, '-initrd', initrd, '-append', `console=ttyS0 ${commandLine}`];
  return [...words, '-object', object, ...started];
}

function cardArguments(mac: string, at: number): string {
  const slot = `0x${(FIRST_CARD_SLOT + at).toString(16)}`;
  return (
    `-netdev stream,id=net${at},addr.type=fd,addr.str=${CARD_FD + at} ` +
    `-device virtio-net-pci,netdev=net${at},id=card${at},mac=${mac},addr=${slot},disable-legacy=on,romfile=`
  );
}

function seedArguments(): string {
  const slot = `0x${SEED_SLOT.toString(16)}`;
  return (
    `-blockdev driver=raw,node-name=seed,read-only=on,file.driver=file,file.filename=${SEED_FILE} ` +
    `-device virtio-blk-pci,drive=seed,id=seed,addr=${slot}`
  );
}

/** A process of QEMU's that has no machine but its network for users, which it joins to the first card. */
export function userNetworkArguments({ outward, forwards }: UserNetwork): string[] {
  const ports = forwards.map(
    ({ address, hostPort, guestPort }) => `,hostfwd=tcp:${address}:${hostPort}-:${guestPort}`,
  );
  return [
    '-nodefaults -no-user-config -display none -name vstar-network -machine none -accel tcg,tb-size=1',
    SANDBOX,
    `-chardev socket,id=qmp,fd=${QMP_FD} -mon chardev=qmp,mode=control`,
    `-netdev user,id=user,ipv6=off,restrict=${outward ? 'off' : 'on'}${ports.join('')}`,
    `-netdev stream,id=net,addr.type=fd,addr.str=${CARD_FD}`,
    '-netdev hubport,id=one,hubid=0,netdev=user -netdev hubport,id=other,hubid=0,netdev=net',
  ].flatMap((each) => each.split(' '));
}

function memoryObject(memory: Memory): string {
  if (memory.kind === 'own') return 'memory-backend-ram';
  // A comma in a value is written twice (QEMU's own rule).
  const path = memory.file.replaceAll(',', ',,');
  return `memory-backend-file,mem-path=${path},share=${memory.kind === 'template' ? 'on' : 'off'}`;
}
