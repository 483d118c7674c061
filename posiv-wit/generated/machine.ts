// Made from posiv-wit/wit by `npm run generate`: not to be edited.
import { unknownCase } from '#posiv-wit/codec/errors.ts';
import type { Reader as ValueReader } from '#posiv-wit/codec/reader.ts';
import type { Writer as ValueWriter } from '#posiv-wit/codec/writer.ts';
import type { BlobId } from '#posiv-wit/generated/vstore.ts';
import type { Awaitable, Result } from '#posiv-wit/result.ts';

/** What nodes have for machines. */
export interface HostsCalls {
  /** Every node that answers, by name. */
  list(): Awaitable<readonly Host[]>;

  /**
   * The ids of the nodes to try for a machine of this shape, the best first: those of `list` that have the backend (none:
   * any of QEMU) and room and are not being drained, in the order that the Resource Manager's strategy gives them.
   */
  place(shape: Shape, backend: Backend | undefined): Awaitable<readonly string[]>;
}

/**
 * The machine of the calling vTask, its **agent**, on the node that the agent runs on. There is at most one, and nobody
 * else can name it: it ends when its agent does, and its agent ends when it does, with status 0 where the machine has
 * switched itself off. What the machine writes to its console is its agent's output (`posiv:kernel/log`).
 */
export interface HypervisorCalls {
  /**
   * Makes the machine. Returns when it runs, one that boots when it has said that it is ready, or where it is to be paused,
   * when it could run.
   *
   * Errors: `refused` (out of range, or there is one already), `no-backend`, `unsupported`, `full`, `quota-exceeded`, `not-ready`,
   * `failed`, `store`.
   */
  create(spec: Spec): Awaitable<Result<Made, MachineError>>;

  /**
   * What its backend can do with it.
   *
   * Errors: `no-machine`.
   */
  capabilities(): Awaitable<Result<readonly Capability[], MachineError>>;

  /**
   * Stops its processors; everything stays as it is.
   *
   * Errors: `no-machine`, `unsupported`, `refused` (paused already), `failed`.
   */
  pause(): Awaitable<Result<undefined, MachineError>>;

  /**
   * Lets its processors go on.
   *
   * Errors: `no-machine`, `unsupported`, `refused` (running already), `failed`.
   */
  resume(): Awaitable<Result<undefined, MachineError>>;

  /**
   * Takes the machine down and keeps its memory and its disk, as durable blobs: there is none after this. Who wants to
   * keep them binds paths to them.
   *
   * Errors: `no-machine`, `unsupported`, `failed`, `store`: in all of these cases the machine is as it was.
   */
  suspend(): Awaitable<Result<Snapshot, MachineError>>;

  /**
   * Switches the machine off and keeps its disk, as `suspend`. For the machine it is as if its power was cut: what it had
   * not written to its disk yet is not there.
   *
   * Errors: as `suspend`.
   */
  stop(): Awaitable<Result<Snapshot, MachineError>>;

  /**
   * Keeps its memory and its disk as they are at one moment, as `suspend`, and lets it go on: it stands still while its last
   * pages are written and its disk is copied beside.
   *
   * Errors: `no-machine`, `unsupported`, `refused` (something else is being done to it), `failed`, `store`: it is as it was.
   */
  takeSnapshot(): Awaitable<Result<Snapshot, MachineError>>;

  /**
   * Offers the machine to another node. It runs on until an agent of the same tenant there takes it by `migrate-in`; then the
   * caller ends, with status 0.
   *
   * Errors: `no-machine`, `unsupported`, `refused` (something else is being done to it).
   */
  migrateOut(): Awaitable<Result<Offer, MachineError>>;

  /**
   * Makes the machine of another agent the caller's own, with its memory and disk, while it runs: it stands still for some
   * milliseconds. Where it fails the machine is as it was, or stands still until its agent takes it back.
   *
   * Errors: as `create`, and `incompatible`.
   */
  migrateIn(spec: Spec, offer: Offer): Awaitable<Result<Made, MachineError>>;

  /**
   * Lets a machine go on here that was given to an agent who has ended without it. To be called only once that agent has
   * ended for certain: else there would be two.
   *
   * Errors: `no-machine`, `refused` (it was not given away), `failed`.
   */
  takeBack(): Awaitable<Result<undefined, MachineError>>;

  /**
   * Types on its console, at most 64 KiB. Waits for room.
   *
   * Errors: `no-machine`, `refused`.
   */
  writeConsole(bytes: Uint8Array): Awaitable<Result<undefined, MachineError>>;

  /**
   * What is known of it.
   *
   * Errors: `no-machine`.
   */
  stats(): Awaitable<Result<Stats, MachineError>>;
}

/** What carries a machine's instructions out. */
export type Backend =
  /** QEMU with the processor's own virtualisation. */
  | 'qemu-kvm'
  /** QEMU, which translates them: runs everywhere, and is slower by far. */
  | 'qemu-tcg'
  /** An emulator of WebAssembly, which comes with vStarCloud: needs nothing installed, and is the slowest. */
  | 'v86'
  /** No machine: the programs of the template's first file system on the kernel of the node, walled in by bubblewrap. */
  | 'container';

export const BACKEND_CASES: readonly Backend[] = ['qemu-kvm', 'qemu-tcg', 'v86', 'container'];

export function backendTag(v: Backend): number {
  switch (v) {
    case 'qemu-kvm':
      return 0;
    case 'qemu-tcg':
      return 1;
    case 'v86':
      return 2;
    case 'container':
      return 3;
    default:
      return unknownCase('Backend', v satisfies never);
  }
}

export function writeBackend(w: ValueWriter, v: Backend): void {
  w.u8(backendTag(v));
}

export function readBackend(r: ValueReader): Backend {
  return BACKEND_CASES[r.tag(4)] as Backend;
}

/** What a backend can do with machines beyond making and ending them. */
export type Capability =
  /** `pause` and `resume`, also to make one paused. */
  | 'pause'
  /** `suspend`: memory is kept, and goes on elsewhere. */
  | 'suspend'
  /** There is a disk, which `stop` keeps. */
  | 'disk'
  /** `take-snapshot` and `migrate-out`: it is kept, or moved to another node, while it runs. */
  | 'live'
  /** It may have network cards. */
  | 'network'
  /** Its template may have an image. */
  | 'image';

export const CAPABILITY_CASES: readonly Capability[] = ['pause', 'suspend', 'disk', 'live', 'network', 'image'];

export function capabilityTag(v: Capability): number {
  switch (v) {
    case 'pause':
      return 0;
    case 'suspend':
      return 1;
    case 'disk':
      return 2;
    case 'live':
      return 3;
    case 'network':
      return 4;
    case 'image':
      return 5;
    default:
      return unknownCase('Capability', v satisfies never);
  }
}

export function writeCapability(w: ValueWriter, v: Capability): void {
  w.u8(capabilityTag(v));
}

export function readCapability(r: ValueReader): Capability {
  return CAPABILITY_CASES[r.tag(6)] as Capability;
}

/** The board that a machine is built on. What a kernel finds its devices by decides. */
export type Board =
  /** A PC with a PCI bus: for every kernel. */
  | 'pc'
  /** The least that Linux needs, without PCI or ACPI: for kernels that find virtio devices by their command line. */
  | 'microvm';

export const BOARD_CASES: readonly Board[] = ['pc', 'microvm'];

export function boardTag(v: Board): number {
  switch (v) {
    case 'pc':
      return 0;
    case 'microvm':
      return 1;
    default:
      return unknownCase('Board', v satisfies never);
  }
}

export function writeBoard(w: ValueWriter, v: Board): void {
  w.u8(boardTag(v));
}

export function readBoard(r: ValueReader): Board {
  return BOARD_CASES[r.tag(2)] as Board;
}

/** What is on a disk at first. Nodes fetch of it what is read. */
export interface Image {
  /** Its pieces of 64 KiB that are not all zeros, one after the other; the last one is filled up with zeros. */
  readonly pieces: BlobId;
  /** Which these are, as JSON: `{"version": 1, "size": BYTES, "runs": [[FIRST, COUNT], ...]}`. At most 4 MiB. */
  readonly index: BlobId;
}

export function writeImage(w: ValueWriter, v: Image): void {
  w.string(v.pieces);
  w.string(v.index);
}

export function readImage(r: ValueReader): Image {
  return { pieces: r.string(), index: r.string() };
}

/** What a machine starts from. One without an image is booted once on each node and copied from then on. */
export interface Template {
  /**
   * A Linux kernel, as `bzImage`. Empty where the machine boots from its image, as its firmware does: then there is neither
   * an initramfs nor a command line.
   */
  readonly kernel: BlobId;
  /** Its initramfs. */
  readonly initrd: BlobId;
  /** What the kernel is told, after `console=ttyS0`. */
  readonly commandLine: string;
  /** Of its disk; none where that is empty. */
  readonly image: Image | undefined;
  /**
   * What cloud-init finds on a second disk, as NoCloud has it, beside the machine's name and networks: at most 16 KiB.
   * None: there is no such disk.
   */
  readonly userData: string | undefined;
  readonly board: Board;
  /** The machine has started, and is copied from here on, once it has written this to its console. 1 to 128 bytes. */
  readonly ready: string;
}

export function writeTemplate(w: ValueWriter, v: Template): void {
  w.string(v.kernel);
  w.string(v.initrd);
  w.string(v.commandLine);
  const v1 = v.image;
  if (v1 === undefined) {
    w.u8(0);
  } else {
    w.u8(1);
    writeImage(w, v1);
  }
  const v2 = v.userData;
  if (v2 === undefined) {
    w.u8(0);
  } else {
    w.u8(1);
    w.string(v2);
  }
  writeBoard(w, v.board);
  w.string(v.ready);
}

export function readTemplate(r: ValueReader): Template {
  return {
    kernel: r.string(),
    initrd: r.string(),
    commandLine: r.string(),
    image: r.tag(2) === 0 ? undefined : readImage(r),
    userData: r.tag(2) === 0 ? undefined : r.string(),
    board: readBoard(r),
    ready: r.string(),
  };
}

/** How large a machine is. */
export interface Shape {
  /** In bytes, whole MiB: 32 MiB to 64 GiB. */
  readonly memory: number;
  /** 1 to 16. */
  readonly processors: number;
  /** Of its disk, in bytes, whole MiB: 1 MiB to 1 TiB. What was not written takes no room. */
  readonly disk: number;
}

export function writeShape(w: ValueWriter, v: Shape): void {
  w.u64(v.memory);
  w.u32(v.processors);
  w.u64(v.disk);
}

export function readShape(r: ValueReader): Shape {
  return { memory: r.u64(), processors: r.u32(), disk: r.u64() };
}

/** What was kept of a machine, to go on from. */
export interface Snapshot {
  /** Its memory and devices. None where only the disk was kept: then it boots. */
  readonly memory: BlobId | undefined;
  readonly disk: BlobId;
  /** What kind of processor its memory was on, as `host.cpu`: only such a one goes on from it. None where there is no memory. */
  readonly cpu: string | undefined;
}

export function writeSnapshot(w: ValueWriter, v: Snapshot): void {
  const v1 = v.memory;
  if (v1 === undefined) {
    w.u8(0);
  } else {
    w.u8(1);
    w.string(v1);
  }
  w.string(v.disk);
  const v2 = v.cpu;
  if (v2 === undefined) {
    w.u8(0);
  } else {
    w.u8(1);
    w.string(v2);
  }
}

export function readSnapshot(r: ValueReader): Snapshot {
  return {
    memory: r.tag(2) === 0 ? undefined : r.string(),
    disk: r.string(),
    cpu: r.tag(2) === 0 ? undefined : r.string(),
  };
}

/** A machine that runs and may go on on another node. */
export interface Offer {
  /** The id of the node that it is on. */
  readonly node: string;
  /** Nobody guesses it; it is good for one `migrate-in`, within a minute. */
  readonly token: string;
}

export function writeOffer(w: ValueWriter, v: Offer): void {
  w.string(v.node);
  w.string(v.token);
}

export function readOffer(r: ValueReader): Offer {
  return { node: r.string(), token: r.string() };
}

/** How a machine came to its node from another one, while it ran. */
export interface Move {
  /** The id of the node that it was on. */
  readonly from: string;
  /** How long it stood still, in microseconds, as the node that it left has measured: until it was told that the machine runs. */
  readonly downtimeUs: number;
  /** Milliseconds that all of it took. */
  readonly totalMs: number;
  /** Of memory and devices, that travelled. */
  readonly bytes: number;
}

export function writeMove(w: ValueWriter, v: Move): void {
  w.string(v.from);
  w.u64(v.downtimeUs);
  w.u32(v.totalMs);
  w.u64(v.bytes);
}

export function readMove(r: ValueReader): Move {
  return { from: r.string(), downtimeUs: r.u64(), totalMs: r.u32(), bytes: r.u64() };
}

/** A port of the node that leads to one of the machine, by TCP. */
export interface Forward {
  /** The address of the node to listen at, as IPv4: `127.0.0.1` for those on the node alone. */
  readonly address: string;
  readonly hostPort: number;
  readonly guestPort: number;
}

export function writeForward(w: ValueWriter, v: Forward): void {
  w.string(v.address);
  w.u16(v.hostPort);
  w.u16(v.guestPort);
}

export function readForward(r: ValueReader): Forward {
  return { address: r.string(), hostPort: r.u16(), guestPort: r.u16() };
}

/** What a machine may reach by its node, and who it. */
export interface UserNetwork {
  /**
   * It may reach whatever the node can, through the node's own address. Else it reaches nobody, and answers what comes by
   * its forwards.
   */
  readonly outward: boolean;
  /** At most 16. None of their ports may be in use. */
  readonly forwards: readonly Forward[];
}

export function writeUserNetwork(w: ValueWriter, v: UserNetwork): void {
  w.bool(v.outward);
  w.count(v.forwards.length);
  for (const item1 of v.forwards) {
    writeForward(w, item1);
  }
}

export function readUserNetwork(r: ValueReader): UserNetwork {
  const part4 = r.bool();
  const count2 = r.count(3);
  const items1: Forward[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(readForward(r));
  }
  const part5 = items1;
  return { outward: part4, forwards: part5 };
}

/** What a network card is joined to. */
export type Network =
  /**
   * By its name, a link: the cards of all machines of the tenant that are joined to it are as if on one switch, on
   * whichever nodes they are. 1 to 63 of a-z 0-9 -.
   */
  | { readonly tag: 'link'; readonly val: string }
  /** A network with the node alone, which is 10.0.2.2 in it; the machine is 10.0.2.15. For the machines of the node's owner. */
  | { readonly tag: 'user'; readonly val: UserNetwork };

export function writeNetwork(w: ValueWriter, v: Network): void {
  switch (v.tag) {
    case 'link': {
      w.u8(0);
      w.string(v.val);
      break;
    }
    case 'user': {
      w.u8(1);
      writeUserNetwork(w, v.val);
      break;
    }
    default:
      unknownCase('Network', v satisfies never);
  }
}

export function readNetwork(r: ValueReader): Network {
  const tag1 = r.tag(2);
  switch (tag1) {
    case 0: {
      return { tag: 'link', val: r.string() };
    }
    case 1: {
      return { tag: 'user', val: readUserNetwork(r) };
    }
    default:
      unknownCase('a variant', tag1);
  }
}

/** A network card. */
export interface Card {
  /** Six bytes, as `02:00:0a:4d:00:01`. By convention the machine's address on the network is in the last four. */
  readonly mac: string;
  readonly network: Network;
}

export function writeCard(w: ValueWriter, v: Card): void {
  w.string(v.mac);
  writeNetwork(w, v.network);
}

export function readCard(r: ValueReader): Card {
  return { mac: r.string(), network: readNetwork(r) };
}

/** What to make. */
export interface Spec {
  /** By which the machine knows itself: 1 to 63 of a-z 0-9 -. */
  readonly name: string;
  readonly template: Template;
  readonly shape: Shape;
  /** At most 4; the board has to be `pc`. They have to be the same, in their order, where the machine goes on. */
  readonly cards: readonly Card[];
  /** What all cards together may send, and be sent, in bytes a second: 1,024 to 2^32. More is held back, or dropped. */
  readonly bandwidth: number;
  /** Where to go on from. None: a copy of the template, with a disk that is empty or has its image. */
  readonly from: Snapshot | undefined;
  /** It does nothing until `resume`. */
  readonly paused: boolean;
  /** What must run it. None: QEMU, by the fastest way that the node has; what is slow or no machine is asked for by name. */
  readonly backend: Backend | undefined;
}

export function writeSpec(w: ValueWriter, v: Spec): void {
  w.string(v.name);
  writeTemplate(w, v.template);
  writeShape(w, v.shape);
  w.count(v.cards.length);
  for (const item1 of v.cards) {
    writeCard(w, item1);
  }
  w.u64(v.bandwidth);
  const v2 = v.from;
  if (v2 === undefined) {
    w.u8(0);
  } else {
    w.u8(1);
    writeSnapshot(w, v2);
  }
  w.bool(v.paused);
  const v3 = v.backend;
  if (v3 === undefined) {
    w.u8(0);
  } else {
    w.u8(1);
    writeBackend(w, v3);
  }
}

export function readSpec(r: ValueReader): Spec {
  const part4 = r.string();
  const part5 = readTemplate(r);
  const part6 = readShape(r);
  const count2 = r.count(3);
  const items1: Card[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(readCard(r));
  }
  const part7 = items1;
  const part8 = r.u64();
  const part9 = r.tag(2) === 0 ? undefined : readSnapshot(r);
  const part10 = r.bool();
  const part11 = r.tag(2) === 0 ? undefined : readBackend(r);
  return {
    name: part4,
    template: part5,
    shape: part6,
    cards: part7,
    bandwidth: part8,
    from: part9,
    paused: part10,
    backend: part11,
  };
}

export type MachineState =
  | 'running'
  | 'paused';

export const MACHINE_STATE_CASES: readonly MachineState[] = ['running', 'paused'];

export function machineStateTag(v: MachineState): number {
  switch (v) {
    case 'running':
      return 0;
    case 'paused':
      return 1;
    default:
      return unknownCase('MachineState', v satisfies never);
  }
}

export function writeMachineState(w: ValueWriter, v: MachineState): void {
  w.u8(machineStateTag(v));
}

export function readMachineState(r: ValueReader): MachineState {
  return MACHINE_STATE_CASES[r.tag(2)] as MachineState;
}

/** How a machine came to be there. What it has used since is in its `stats`, which take longer to find out. */
export interface Made {
  readonly state: MachineState;
  /** Milliseconds that making it took. */
  readonly createMs: number;
  /** None where it was not moved to this node while it ran. */
  readonly moved: Move | undefined;
}

export function writeMade(w: ValueWriter, v: Made): void {
  writeMachineState(w, v.state);
  w.u32(v.createMs);
  const v1 = v.moved;
  if (v1 === undefined) {
    w.u8(0);
  } else {
    w.u8(1);
    writeMove(w, v1);
  }
}

export function readMade(r: ValueReader): Made {
  return {
    state: readMachineState(r),
    createMs: r.u32(),
    moved: r.tag(2) === 0 ? undefined : readMove(r),
  };
}

/** What is known of a machine that is there. Counters are those of this hypervisor process. */
export interface Stats {
  readonly state: MachineState;
  readonly backend: Backend;
  /** Milliseconds that making it took. */
  readonly createMs: number;
  /** Processor time, in microseconds. */
  readonly cpuUs: number;
  /** Memory of the host that it holds, in bytes: what it shares with others in part, as PSS. */
  readonly memoryUsed: number;
  /** That its disk takes on the host, in bytes. */
  readonly diskUsed: number;
  /** Bytes that it has read from its disk and written to it. */
  readonly diskRead: number;
  readonly diskWritten: number;
  /** None where it was not moved to this node while it ran. */
  readonly moved: Move | undefined;
  /** Bytes of frames that came to its network cards and that they sent, and frames that were dropped on their way to it. */
  readonly netReceived: number;
  readonly netSent: number;
  readonly netDropped: number;
  /** Bytes of the template's image that this node has fetched so far, for all its machines; 0 without an image. */
  readonly imageFetched: number;
}

export function writeStats(w: ValueWriter, v: Stats): void {
  writeMachineState(w, v.state);
  writeBackend(w, v.backend);
  w.u32(v.createMs);
  w.u64(v.cpuUs);
  w.u64(v.memoryUsed);
  w.u64(v.diskUsed);
  w.u64(v.diskRead);
  w.u64(v.diskWritten);
  const v1 = v.moved;
  if (v1 === undefined) {
    w.u8(0);
  } else {
    w.u8(1);
    writeMove(w, v1);
  }
  w.u64(v.netReceived);
  w.u64(v.netSent);
  w.u64(v.netDropped);
  w.u64(v.imageFetched);
}

export function readStats(r: ValueReader): Stats {
  return {
    state: readMachineState(r),
    backend: readBackend(r),
    createMs: r.u32(),
    cpuUs: r.u64(),
    memoryUsed: r.u64(),
    diskUsed: r.u64(),
    diskRead: r.u64(),
    diskWritten: r.u64(),
    moved: r.tag(2) === 0 ? undefined : readMove(r),
    netReceived: r.u64(),
    netSent: r.u64(),
    netDropped: r.u64(),
    imageFetched: r.u64(),
  };
}

/** What a node has for machines. */
export interface Host {
  /** The id of the node. */
  readonly node: string;
  readonly name: string;
  /** What it can run them by, the fastest first; none where nothing is installed. */
  readonly backends: readonly Backend[];
  /** What is missing for the others, for people. */
  readonly missing: readonly string[];
  /** Machines that are there. */
  readonly machines: number;
  /** Bytes that machines have been promised and may be promised in all. */
  readonly memoryUsed: number;
  readonly memoryLimit: number;
  /** Bytes of disk that are free for them. */
  readonly diskFree: number;
  /** What kind of processor its machines have: memory goes on on another node only where this is the same there. */
  readonly cpu: string;
  /** Of its processors, in percent, what was wanted of them over the last minute: more than 100 where some waited for one. */
  readonly load: number;
}

export function writeHost(w: ValueWriter, v: Host): void {
  w.string(v.node);
  w.string(v.name);
  w.count(v.backends.length);
  for (const item1 of v.backends) {
    writeBackend(w, item1);
  }
  w.count(v.missing.length);
  for (const item2 of v.missing) {
    w.string(item2);
  }
  w.u32(v.machines);
  w.u64(v.memoryUsed);
  w.u64(v.memoryLimit);
  w.u64(v.diskFree);
  w.string(v.cpu);
  w.u32(v.load);
}

export function readHost(r: ValueReader): Host {
  const part7 = r.string();
  const part8 = r.string();
  const count2 = r.count(1);
  const items1: Backend[] = [];
  for (let index3 = 0; index3 < count2; index3++) {
    items1.push(readBackend(r));
  }
  const part9 = items1;
  const count5 = r.count(1);
  const items4: string[] = [];
  for (let index6 = 0; index6 < count5; index6++) {
    items4.push(r.string());
  }
  const part10 = items4;
  const part11 = r.u32();
  const part12 = r.u64();
  const part13 = r.u64();
  const part14 = r.u64();
  const part15 = r.string();
  const part16 = r.u32();
  return {
    node: part7,
    name: part8,
    backends: part9,
    missing: part10,
    machines: part11,
    memoryUsed: part12,
    memoryLimit: part13,
    diskFree: part14,
    cpu: part15,
    load: part16,
  };
}

/** Why a call about a machine did not do what was asked. */
export type MachineError =
  /** The caller has no machine. */
  | { readonly tag: 'no-machine' }
  /** The arguments are out of range, or it is not possible in this state. */
  | { readonly tag: 'refused'; readonly val: string }
  /** The node does not have the backend; says what to install. */
  | { readonly tag: 'no-backend'; readonly val: string }
  /** The backend of the machine cannot do this, ever; says which it is. */
  | { readonly tag: 'unsupported'; readonly val: string }
  /** The node has no memory or disk left for it; says which. */
  | { readonly tag: 'full'; readonly val: string }
  /** A limit of the tenant would be passed; names the limit. */
  | { readonly tag: 'quota-exceeded'; readonly val: string }
  /** The template did not start in time, or ended; with the end of what its console said. */
  | { readonly tag: 'not-ready'; readonly val: string }
  /** The hypervisor ended or did not do it; says what it said. */
  | { readonly tag: 'failed'; readonly val: string }
  /** vStore did not give or take what the machine needs. */
  | { readonly tag: 'store'; readonly val: string }
  /** The memory of the machine is of another kind of processor, or hypervisor, than the node has. */
  | { readonly tag: 'incompatible'; readonly val: string };

export function writeMachineError(w: ValueWriter, v: MachineError): void {
  switch (v.tag) {
    case 'no-machine': {
      w.u8(0);
      break;
    }
    case 'refused': {
      w.u8(1);
      w.string(v.val);
      break;
    }
    case 'no-backend': {
      w.u8(2);
      w.string(v.val);
      break;
    }
    case 'unsupported': {
      w.u8(3);
      w.string(v.val);
      break;
    }
    case 'full': {
      w.u8(4);
      w.string(v.val);
      break;
    }
    case 'quota-exceeded': {
      w.u8(5);
      w.string(v.val);
      break;
    }
    case 'not-ready': {
      w.u8(6);
      w.string(v.val);
      break;
    }
    case 'failed': {
      w.u8(7);
      w.string(v.val);
      break;
    }
    case 'store': {
      w.u8(8);
      w.string(v.val);
      break;
    }
    case 'incompatible': {
      w.u8(9);
      w.string(v.val);
      break;
    }
    default:
      unknownCase('MachineError', v satisfies never);
  }
}

export function readMachineError(r: ValueReader): MachineError {
  const tag1 = r.tag(10);
  switch (tag1) {
    case 0: {
      return { tag: 'no-machine' };
    }
    case 1: {
      return { tag: 'refused', val: r.string() };
    }
    case 2: {
      return { tag: 'no-backend', val: r.string() };
    }
    case 3: {
      return { tag: 'unsupported', val: r.string() };
    }
    case 4: {
      return { tag: 'full', val: r.string() };
    }
    case 5: {
      return { tag: 'quota-exceeded', val: r.string() };
    }
    case 6: {
      return { tag: 'not-ready', val: r.string() };
    }
    case 7: {
      return { tag: 'failed', val: r.string() };
    }
    case 8: {
      return { tag: 'store', val: r.string() };
    }
    case 9: {
      return { tag: 'incompatible', val: r.string() };
    }
    default:
      unknownCase('a variant', tag1);
  }
}

