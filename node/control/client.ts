import type { Socket } from 'node:net';
import { quiet } from '#kernel/cell/quiet.ts';
import { CallTable } from '#kernel/ipc/call-table.ts';
import { TENANT_HEADER } from '#node/control/authenticator.ts';
import { request } from '#node/control/http.ts';
import { FrameSocket, PROTOCOL } from '#node/control/protocol.ts';
import { ControlError } from '#node/errors.ts';
import { functionsOf } from '#posiv-wit/functions.ts';
import type {
  AdmissionCalls,
  DrainingCalls,
  ManagersCalls,
  MetricsCalls,
  RegistersCalls,
  TenantsCalls,
} from '#posiv-wit/generated/admin.ts';
import type { NodesCalls, ServicesCalls } from '#posiv-wit/generated/cluster.ts';
import type { HostsCalls, HypervisorCalls } from '#posiv-wit/generated/machine.ts';
import type { IpcCalls, LogCalls, MonitorCalls, VtaskCalls } from '#posiv-wit/generated/kernel.ts';
import type { BlobsCalls, FilesCalls } from '#posiv-wit/generated/vstore.ts';

export type ControlTarget = ControlIdentity &
  ({ readonly socket: string } | { readonly url: string; readonly token: string });

/** Who a program is to a node. */
export interface ControlIdentity {
  /** A tenant's, or that of the node's owner. Over the Unix socket it may be left out: then it is the owner. */
  readonly token?: string | undefined;
  /** The tenant that the owner wants to act as. Default `default`. */
  readonly tenant?: string | undefined;
}

/** POSIV for a program outside, which is a vTask for as long as it is connected. */
export interface PosivClient {
  readonly vtid: string;
  readonly vtask: VtaskCalls;
  readonly ipc: IpcCalls;
  readonly monitor: MonitorCalls;
  readonly log: LogCalls;
  readonly files: FilesCalls;
  readonly blobs: BlobsCalls;
  readonly nodes: NodesCalls;
  readonly services: ServicesCalls;
  readonly hosts: HostsCalls;
  /** The machine of this program itself, on the node that it is connected to. */
  readonly hypervisor: HypervisorCalls;
  /** For the owner of the node. */
  readonly tenants: TenantsCalls;
  readonly admission: AdmissionCalls;
  readonly registers: RegistersCalls;
  readonly draining: DrainingCalls;
  readonly managers: ManagersCalls;
  readonly metrics: MetricsCalls;
  /** Resolves when the connection has ended, by whichever side. */
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

const VERSION = '0.1.0';

/**
 * Connects to a node's control API.
 * @throws {control-unreachable} nothing listens there, or no longer
 * @throws {control-refused} the token is wrong, the tenant is not known there, or it is another program or version
 * A call of a client that was closed fails with {control-lost}, one that is out then with {call-failed}.
 */
export async function connectControl(
  target: ControlTarget,
  signal?: AbortSignal,
): Promise<PosivClient> {
  const { socket, head } = await upgrade(target, signal);
  const calls = new CallTable((val) => frames.send({ tag: 'call', val }));
  const frames = new FrameSocket(socket, head, (frame) => {
    if (frame.tag === 'returned') calls.returned(frame.val);
  });
  const closed = new Promise<void>((resolve) => {
    quiet(socket).once('close', () => {
      calls.close('the connection to the node is lost');
      resolve();
    });
  });
  const proxy = <T>(name: string): T => {
    const methods: Record<string, unknown> = {};
    for (const descriptor of functionsOf(`${name}@${VERSION}`))
      methods[descriptor.method] = async (...params: unknown[]) => {
        await frames.drained();
        if (socket.destroyed)
          throw new ControlError('control-lost', 'the connection to the node is closed');
        return calls.call(descriptor, '', params);
      };
    return methods as T;
  };
  const vtask = proxy<VtaskCalls>('posiv:kernel/vtask');
  const vtid = await Promise.resolve(vtask.self()).catch((error: unknown) => {
    if (!socket.destroyed) throw error;
    throw new ControlError('control-unreachable', 'the node ended as it was connected to', error);
  });
  return {
    vtid,
    vtask,
    ipc: proxy('posiv:kernel/ipc'),
    monitor: proxy('posiv:kernel/monitor'),
    log: proxy('posiv:kernel/log'),
    files: proxy('posiv:vstore/files'),
    blobs: proxy('posiv:vstore/blobs'),
    nodes: proxy('posiv:cluster/nodes'),
    services: proxy('posiv:cluster/services'),
    hosts: proxy('posiv:machine/hosts'),
    hypervisor: proxy('posiv:machine/hypervisor'),
    tenants: proxy('posiv:admin/tenants'),
    admission: proxy('posiv:admin/admission'),
    registers: proxy('posiv:admin/registers'),
    draining: proxy('posiv:admin/draining'),
    managers: proxy('posiv:admin/managers'),
    metrics: proxy('posiv:admin/metrics'),
    closed,
    async close() {
      socket.end();
      await closed;
    },
  };
}

const REFUSALS: ReadonlyMap<number, string> = new Map([
  [401, 'the token is wrong'],
  [403, 'the token is that of another tenant, or it knows no such tenant'],
]);

function upgrade(
  target: ControlTarget,
  signal: AbortSignal | undefined,
): Promise<{ socket: Socket; head: Buffer }> {
  return new Promise((resolve, reject) => {
    const headers: Record<string, string> = { connection: 'Upgrade', upgrade: PROTOCOL };
    const { token, tenant } = target;
    if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
    if (tenant !== undefined) headers[TENANT_HEADER] = tenant;
    const where = 'socket' in target ? target.socket : target.url;
    const opened =
      'socket' in target
        ? request({ socketPath: target.socket, path: '/posiv', headers, signal })
        : request(new URL('/posiv', target.url), { headers, signal });
    opened.once('upgrade', (_response, socket, head) => resolve({ socket, head }));
    opened.once('response', (response) => {
      response.resume();
      const { statusCode = 0 } = response;
      const why = REFUSALS.get(statusCode) ?? `it answered ${statusCode}`;
      reject(new ControlError('control-refused', `the node at ${where} refused: ${why}`));
    });
    opened.once('error', (error) =>
      reject(new ControlError('control-unreachable', `no node listens at ${where}`, error)),
    );
    opened.end();
  });
}
