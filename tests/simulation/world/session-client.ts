import { CallTable } from '#kernel/ipc/call-table.ts';
import { framesOf } from '#kernel/lane/port.ts';
import { DEFAULT_TENANT } from '#kernel/tenants.ts';
import { sessionCalls } from '#node/control/session-calls.ts';
import { Writer } from '#posiv-wit/codec/writer.ts';
import { functionsOf } from '#posiv-wit/functions.ts';
import type { NodesCalls } from '#posiv-wit/generated/cluster.ts';
import type { IpcCalls, LogCalls, MonitorCalls, VtaskCalls } from '#posiv-wit/generated/kernel.ts';
import type { BlobsCalls, FilesCalls } from '#posiv-wit/generated/vstore.ts';
import { writeFrame, type Frame } from '#posiv-wit/generated/wire.ts';
import { carried } from './carried-bytes.ts';
import { Pipe } from './pipe.ts';
import type { SimulatedNode } from './simulated-node.ts';

const GRANTS = ['posiv:kernel', 'posiv:vstore', 'posiv:cluster'];
const WAY_MS = 0.05;

type Promised<T> = {
  [K in keyof T]: T[K] extends (...args: infer A) => infer R
    ? (...args: A) => Promise<Awaited<R>>
    : never;
};

/** A program outside of a simulated node, connected to its control API: a vTask for as long as the node lives. */
export class SessionClient {
  readonly vtid: string;
  readonly vtask: Promised<VtaskCalls>;
  readonly ipc: Promised<IpcCalls>;
  readonly monitor: Promised<MonitorCalls>;
  readonly log: Promised<LogCalls>;
  readonly files: Promised<FilesCalls>;
  readonly blobs: Promised<BlobsCalls>;
  readonly nodes: Promised<NodesCalls>;
  readonly #calls: CallTable;
  readonly #close: () => void;

  constructor(node: SimulatedNode) {
    const { kernel, process } = node;
    const { timeline, main } = process;
    const session = kernel.sessions.open(DEFAULT_TENANT, GRANTS);
    const { vtid, creator, tenant, grants } = session.vtask;
    const calls = sessionCalls(kernel, session);
    const caller = { vtid, creator, tenant, grants, node: undefined };
    const [there, back] = [new Pipe(timeline), new Pipe(timeline)];
    const carryOut = (bytes: Uint8Array): void => {
      for (const frame of framesOf(bytes))
        if (frame.tag === 'call')
          void calls.carryOut(frame.val, caller, (val) => {
            if (!process.alive) return;
            const returned = encoded({ tag: 'returned', val });
            back.push(WAY_MS, () => this.#take(returned));
          });
    };
    this.vtid = vtid;
    this.#calls = new CallTable((val) => {
      const bytes = encoded({ tag: 'call', val });
      there.push(WAY_MS, () => main.take(() => carryOut(bytes)));
    });
    this.#close = () => main.later(0, () => session.close());
    process.atEnd(() => this.#calls.close('the node has ended'));
    this.vtask = this.#proxy('posiv:kernel/vtask');
    this.ipc = this.#proxy('posiv:kernel/ipc');
    this.monitor = this.#proxy('posiv:kernel/monitor');
    this.log = this.#proxy('posiv:kernel/log');
    this.files = this.#proxy('posiv:vstore/files');
    this.blobs = this.#proxy('posiv:vstore/blobs');
    this.nodes = this.#proxy('posiv:cluster/nodes');
  }

  /** The program goes: its vTask ends. */
  close(): void {
    this.#close();
    this.#calls.close('the program has gone');
  }

  #take(bytes: Uint8Array): void {
    for (const frame of framesOf(bytes))
      if (frame.tag === 'returned') this.#calls.returned(frame.val);
  }

  #proxy<T>(name: string): Promised<T> {
    const methods: Record<string, unknown> = {};
    for (const descriptor of functionsOf(`${name}@0.1.0`))
      methods[descriptor.method] = (...params: unknown[]) =>
        this.#calls.call(descriptor, '', params);
    return methods as Promised<T>;
  }
}

const writer = new Writer();

function encoded(frame: Frame): Uint8Array {
  writeFrame(writer.reset(), frame);
  return carried(writer.view);
}
