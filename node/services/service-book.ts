import type { Clock } from '#kernel/clock.ts';
import { VERSION } from '#node/config.ts';
import { serviceFault, serviceKey } from '#p2p/registry/service-entry.ts';
import type { ServiceDescription } from '#posiv-wit/generated/cluster.ts';
import type { ErrorCode } from '#posiv-wit/generated/kernel.ts';
import type { Service } from '#posiv-wit/generated/p2p/registry.ts';
import { err, ok, type Result } from '#posiv-wit/result.ts';

// All that is published goes to every node, and comes from vTasks that nobody trusts.
const MAX_OF_VTASK = 8;
const MAX_OF_TENANT = 128;
const MAX_OF_NODE = 512;

/** A service that the node itself carries out. */
export type OwnService = Omit<Service, 'vtask'>;

/** A vTask that tells of itself. */
export interface Publisher {
  readonly vtid: string;
  readonly tenant: string;
}

/** The meta services that run on this node: what it carries out itself, and the vTasks that say that they are one. */
export class ServiceBook {
  readonly #clock: Pick<Clock, 'wallTime'>;
  readonly #own: (() => readonly OwnService[])[] = [];
  /** By vtid, then by key. */
  readonly #published = new Map<string, Map<string, Service>>();

  constructor(clock: Pick<Clock, 'wallTime'>) {
    this.#clock = clock;
  }

  /** The node carries these interfaces out itself, from now on. */
  carriesOut(name: string, ...interfaces: readonly string[]): void {
    const sinceMs = this.#clock.wallTime();
    const services = interfaces.map((kept): OwnService => {
      return { name, version: VERSION, interface: kept, standing: 'running', sinceMs };
    });
    this.follow(() => services);
  }

  /** The node carries out what `services` says whenever it is asked. */
  follow(services: () => readonly OwnService[]): void {
    this.#own.push(services);
  }

  /** A vTask says that it is a service, in place of what it said under the same name and interface. */
  publish(publisher: Publisher, description: ServiceDescription): Result<undefined, ErrorCode> {
    const { vtid, tenant } = publisher;
    const { name, version, interface: kept, state } = description;
    if (state === 'unreachable') return refused('whoever says so is not unreachable');
    const fault = serviceFault(description);
    if (fault !== undefined) return refused(fault);
    const mine = this.#published.get(vtid) ?? new Map<string, Service>();
    const vtask = [vtid, tenant] as const;
    const key = serviceKey({ name, interface: kept, vtask });
    const before = mine.get(key);
    if (before === undefined) {
      const beyond = this.#beyond(tenant, mine.size);
      if (beyond !== undefined) return err({ tag: 'quota-exceeded', val: `services: ${beyond}` });
    }
    const sinceMs = before?.version === version ? before.sinceMs : this.#clock.wallTime();
    mine.set(key, { name, version, interface: kept, standing: state, sinceMs, vtask });
    this.#published.set(vtid, mine);
    return ok(undefined);
  }

  /** It is none any more. */
  withdraw({ vtid, tenant }: Publisher, name: string, kept: string): void {
    const mine = this.#published.get(vtid);
    mine?.delete(serviceKey({ name, interface: kept, vtask: [vtid, tenant] }));
    if (mine?.size === 0) this.#published.delete(vtid);
  }

  /** A vTask has ended. */
  ended(vtid: string): void {
    this.#published.delete(vtid);
  }

  all(): readonly Service[] {
    return [
      ...this.#own.flatMap((each) => each().map((one) => ({ ...one, vtask: undefined }))),
      ...this.#ofVtasks(),
    ];
  }

  #ofVtasks(): readonly Service[] {
    return [...this.#published.values()].flatMap((each) => [...each.values()]);
  }

  #beyond(tenant: string, ofVtask: number): string | undefined {
    if (ofVtask >= MAX_OF_VTASK) return `the vTask is ${ofVtask} already`;
    const all = this.#ofVtasks();
    const ofTenant = all.filter(({ vtask }) => vtask?.[1] === tenant).length;
    if (ofTenant >= MAX_OF_TENANT) return `${tenant} has ${ofTenant} of ${MAX_OF_TENANT} here`;
    return all.length < MAX_OF_NODE ? undefined : `this node has ${MAX_OF_NODE} already`;
  }
}

function refused(val: string): Result<undefined, ErrorCode> {
  return err({ tag: 'refused', val });
}
