import type { Caller } from '#kernel/dispatcher.ts';
import { CallFailedError } from '#kernel/errors.ts';
import { CallTable } from '#kernel/ipc/call-table.ts';
import type { Router } from '#kernel/router.ts';
import type { NodeId } from '#kernel/vtid.ts';
import { functionNamed } from '#posiv-wit/functions.ts';
import type { CallFrame, ReturnFrame } from '#posiv-wit/generated/wire.ts';

/** For whom a node asks another. */
export interface Asker extends Pick<Caller, 'vtid' | 'tenant'> {
  /** See `Peers.send`: what it asks for must not be missed while there is a connection. */
  readonly promised?: boolean;
}

const NOBODY: Asker = { vtid: '', tenant: '' };

/** The calls that this node has out to other nodes. */
export class PeerCalls {
  readonly #router: Router;
  readonly #tables = new Map<NodeId, CallTable>();
  /** Why nothing is asked any more. */
  #over: string | undefined;

  constructor(router: Router) {
    this.#router = router;
  }

  /**
   * Asks a node to carry out a call: for a vTask of a tenant, or where none is named for this node itself.
   * @throws {call-failed} it cannot be reached, or did not carry it out
   */
  call(node: NodeId, name: string, params: readonly unknown[], asker = NOBODY): Promise<unknown> {
    const descriptor = functionNamed(name);
    if (!descriptor) throw new Error(`there is no function ${name}`);
    if (this.#over !== undefined) return Promise.reject(new CallFailedError(name, this.#over));
    const send = (val: CallFrame): void => this.#send(node, val, asker);
    return this.#table(node).call(descriptor, asker.vtid, params, send);
  }

  returned(node: NodeId, frame: ReturnFrame): void {
    this.#tables.get(node)?.returned(frame);
  }

  nodeDown(node: NodeId): void {
    this.#tables.get(node)?.close('the node cannot be reached');
  }

  /** Fails what is out, and whatever is asked from now on. */
  close(why: string): void {
    this.#over ??= why;
    for (const table of this.#tables.values()) table.close(why);
  }

  #table(node: NodeId): CallTable {
    let table = this.#tables.get(node);
    if (table) return table;
    table = new CallTable((val) => this.#send(node, val, NOBODY));
    this.#tables.set(node, table);
    return table;
  }

  #send(node: NodeId, val: CallFrame, { tenant, promised }: Asker): void {
    if (!this.#router.toNode(node, { tag: 'call', val }, tenant, promised))
      throw new CallFailedError(val.function, `node ${node} cannot be reached`);
  }
}
