// What the system calls look like inside QuickJS: an error of a WIT result is thrown with the variant as `payload`, a
// u64 is a number, an absent option is undefined. The names and meanings are those of posiv-wit/wit.

declare module 'posiv:kernel/types@0.1.0' {
  export type Vtid = string;
  export type Payload = Uint8Array;
  export interface Variant<Tag extends string, Val = undefined> {
    tag: Tag;
    val?: Val;
  }
  export type ErrorCode = Variant<
    | 'no-such-task'
    | 'timeout'
    | 'unreachable'
    | 'refused'
    | 'mailbox-full'
    | 'would-deadlock'
    | 'handler-failed'
    | 'task-died'
    | 'quota-exceeded'
    | 'other',
    string
  >;
  export type ExitReason =
    | { tag: 'exited'; val: number }
    | Variant<
        | 'failed'
        | 'trapped'
        | 'killed'
        | 'creator-ended'
        | 'quota-exceeded'
        | 'start-failed'
        | 'lane-lost'
        | 'node-lost',
        string
      >;
  export type State =
    | 'created'
    | 'scheduled'
    | 'starting'
    | 'running'
    | 'suspended'
    | 'exited'
    | 'died'
    | 'killed'
    | 'lost';
  export interface Quota {
    memoryPages: number;
    tableElements: number;
    cpuWeight: number;
    cpuRate: number;
    mailboxBytes: number;
    messageRate: number;
    logRate: number;
    watches: number;
    requests: number;
    lifeMs: number;
    scratchBytes: number;
  }
  export interface Refusal {
    limit: string;
    count: number;
  }
}

declare module 'posiv:kernel/vtask@0.1.0' {
  import type { ExitReason, Quota, Refusal, State, Vtid } from 'posiv:kernel/types@0.1.0';
  export type { Quota };
  export interface Options {
    detached: boolean;
    node: string | undefined;
    near: string[];
    grants: string[] | undefined;
    quota: Quota;
    environment: [string, string][];
    /** When it is made again after its end; any but 'never' needs a name. */
    restart: 'never' | 'on-failure' | 'always';
  }
  export interface VtaskInfo {
    vtid: Vtid;
    name: string | undefined;
    tenant: string;
    image: string;
    node: string;
    state: State;
    creator: Vtid | undefined;
    createdMs: number;
    startedMs: number;
    endedMs: number;
    memoryBytes: number;
    mailboxBytes: number;
    cpuUs: number;
    quota: Quota;
    refusals: Refusal[];
    reason: ExitReason | undefined;
  }
  function create(
    name: string | undefined,
    path: string,
    cmd: string[],
    options: Options | undefined,
  ): Vtid;
  export { create as new };
  export function sched(vtid: Vtid): void;
  export function adjust(vtid: Vtid, quota: Quota): void;
  export function kill(vtid: Vtid): void;
  export function self(): Vtid;
  export function exit(status: number): void;
  export function info(vtid: Vtid): VtaskInfo;
  export function find(name: string): Vtid;
  export function list(node: string | undefined): VtaskInfo[];
}

declare module 'posiv:kernel/ipc@0.1.0' {
  import type { ErrorCode, ExitReason, Payload, Vtid } from 'posiv:kernel/types@0.1.0';
  export interface Message {
    sender: Vtid;
    identity: string;
    body: Payload;
  }
  export interface Request {
    token: number;
    caller: Vtid;
    identity: string;
    args: Payload;
  }
  export interface Completion {
    id: number;
    outcome: { tag: 'ok'; val: Payload } | { tag: 'err'; val: ErrorCode };
  }
  export type Change =
    | { tag: 'started' }
    | { tag: 'exited'; val: number }
    | { tag: 'died'; val: ExitReason };
  export interface Notice {
    watch: number;
    vtid: Vtid;
    change: Change;
  }
  export type Event =
    | { tag: 'message'; val: Message }
    | { tag: 'request'; val: Request }
    | { tag: 'completion'; val: Completion }
    | { tag: 'notice'; val: Notice };
  export function registerRpc(identity: string): void;
  export function rpc(vtid: Vtid, identity: string, timeoutMs: number, args: Payload): Payload;
  export function startRpc(vtid: Vtid, identity: string, timeoutMs: number, args: Payload): number;
  export function registerMsg(identity: string): void;
  export function msg(vtid: Vtid, identity: string, body: Payload, timeoutMs: number): void;
  export function receive(timeoutMs: number): Event;
  export function reply(
    token: number,
    outcome: { tag: 'ok'; val: Payload } | { tag: 'err'; val: string },
  ): void;
}

declare module 'posiv:kernel/monitor@0.1.0' {
  import type { Vtid } from 'posiv:kernel/types@0.1.0';
  export function onStart(vtid: Vtid): number;
  export function onExit(vtid: Vtid): number;
  export function onDie(vtid: Vtid): number;
  export function unwatch(watch: number): void;
}

declare module 'posiv:kernel/log@0.1.0' {
  import type { Vtid } from 'posiv:kernel/types@0.1.0';
  export type Channel = 'output' | 'errors' | 'debug' | 'info' | 'warn' | 'error';
  export interface Entry {
    number: number;
    timeMs: number;
    channel: Channel;
    text: Uint8Array;
  }
  export interface Page {
    entries: Entry[];
    next: number;
    ended: boolean;
  }
  export function write(to: Channel, text: Uint8Array): void;
  export function read(vtid: Vtid, number: number, timeoutMs: number): Page;
}

declare module 'posiv:vstore/types@0.1.0' {
  export type BlobId = string;
  export interface Stat {
    path: string;
    size: number;
    blob: BlobId;
    modifiedMs: number;
  }
  export interface Extent {
    offset: number;
    size: number;
    nodes: string[];
  }
}

declare module 'posiv:vstore/files@0.1.0' {
  import type { BlobId, Stat } from 'posiv:vstore/types@0.1.0';
  export function bind(path: string, blob: BlobId): Stat;
  export function stat(path: string): Stat;
  export function list(prefix: string, after: string | undefined): Stat[];
  function remove(path: string): void;
  export { remove as delete };
}

declare module 'posiv:vstore/blobs@0.1.0' {
  import type { BlobId, Extent } from 'posiv:vstore/types@0.1.0';
  export type { BlobId, Extent };
  export type Durability = 'durable' | 'scratch';
  export function create(kind: Durability): number;
  export function append(writer: number, bytes: Uint8Array): void;
  export function seal(writer: number): BlobId;
  export function abort(writer: number): void;
  export function read(blob: BlobId, offset: number, size: number): Uint8Array;
  export function size(blob: BlobId): number;
  export function locate(blob: BlobId, offset: number, size: number): Extent[];
  export function release(blob: BlobId): void;
}

declare module 'posiv:cluster/nodes@0.1.0' {
  export interface Node {
    id: string;
    name: string;
    standing: 'self' | 'up' | 'suspect' | 'unreachable' | 'left' | 'revoked';
    connected: boolean;
    addresses: string[];
    incarnation: number;
    version: string;
    lanes: number;
    vtasks: number;
    memoryUsed: number;
    memoryLimit: number;
    silentMs: number;
    roundTripUs: number;
    keepsRegisters: boolean;
    draining: boolean;
  }
  export function list(): Node[];
}

declare module 'posiv:cluster/services@0.1.0' {
  import type { Vtid } from 'posiv:kernel/types@0.1.0';
  export type ServiceState = 'starting' | 'running' | 'failing' | 'unreachable';
  export interface ServiceInstance {
    name: string;
    version: string;
    interface: string;
    state: ServiceState;
    sinceMs: number;
    node: string;
    vtask: Vtid | undefined;
  }
  export interface ServiceDescription {
    name: string;
    version: string;
    interface: string;
    state: ServiceState;
  }
  export function list(): ServiceInstance[];
  export function publish(description: ServiceDescription): void;
  export function withdraw(name: string, kept: string): void;
}

declare module 'posiv:machine/types@0.1.0' {
  export type Backend = 'qemu-kvm' | 'qemu-tcg' | 'v86' | 'container';
  export type Capability = 'pause' | 'suspend' | 'disk' | 'live' | 'network' | 'image';
  export interface Template {
    kernel: string;
    initrd: string;
    commandLine: string;
    image: { pieces: string; index: string } | undefined;
    userData: string | undefined;
    board: 'pc' | 'microvm';
    ready: string;
  }
  export interface Shape {
    memory: number;
    processors: number;
    disk: number;
  }
  export interface Snapshot {
    memory: string | undefined;
    disk: string;
    cpu: string | undefined;
  }
  export interface Offer {
    node: string;
    token: string;
  }
  export interface Move {
    from: string;
    downtimeUs: number;
    totalMs: number;
    bytes: number;
  }
  export interface UserNetwork {
    outward: boolean;
    forwards: { address: string; hostPort: number; guestPort: number }[];
  }
  export interface Card {
    mac: string;
    network: { tag: 'link'; val: string } | { tag: 'user'; val: UserNetwork };
  }
  export interface Spec {
    name: string;
    template: Template;
    shape: Shape;
    cards: Card[];
    bandwidth: number;
    from: Snapshot | undefined;
    paused: boolean;
    backend: Backend | undefined;
  }
  export interface Stats {
    state: 'running' | 'paused';
    backend: Backend;
    createMs: number;
    cpuUs: number;
    memoryUsed: number;
    diskUsed: number;
    diskRead: number;
    diskWritten: number;
    moved: Move | undefined;
    netReceived: number;
    netSent: number;
    netDropped: number;
    imageFetched: number;
  }
  export type Made = Pick<Stats, 'state' | 'createMs' | 'moved'>;
  export interface Host {
    node: string;
    name: string;
    backends: Backend[];
    missing: string[];
    machines: number;
    memoryUsed: number;
    memoryLimit: number;
    diskFree: number;
    cpu: string;
    load: number;
  }
}

declare module 'posiv:machine/hypervisor@0.1.0' {
  import type { Capability, Made, Offer, Snapshot, Spec, Stats } from 'posiv:machine/types@0.1.0';
  export function create(spec: Spec): Made;
  export function capabilities(): Capability[];
  export function pause(): void;
  export function resume(): void;
  export function suspend(): Snapshot;
  export function stop(): Snapshot;
  export function takeSnapshot(): Snapshot;
  export function migrateOut(): Offer;
  export function migrateIn(spec: Spec, offer: Offer): Made;
  export function takeBack(): void;
  export function writeConsole(bytes: Uint8Array): void;
  export function stats(): Stats;
}

declare module 'posiv:machine/hosts@0.1.0' {
  import type { Backend, Host, Shape } from 'posiv:machine/types@0.1.0';
  export function list(): Host[];
  export function place(shape: Shape, backend: Backend | undefined): string[];
}

declare module 'posiv:kernel/clock@0.1.0' {
  export function monotonicUs(): number;
  export function wallMs(): number;
}
