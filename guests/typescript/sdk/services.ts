// The meta services of the cluster: what a vTask's module imports as 'vstar/services'. Asks for the grant posiv:cluster/services.
import { list, publish as publishThis, withdraw } from 'posiv:cluster/services@0.1.0';
import type { ServiceDescription, ServiceInstance } from 'posiv:cluster/services@0.1.0';
import { call } from './error.ts';

export type { ServiceDescription, ServiceInstance };
export { withdraw };

/** Every instance of a node that is not lost, by name. It may be some seconds old. */
export function services(): ServiceInstance[] {
  return list();
}

/** Tells the cluster that this vTask is a service, until it ends or withdraws. @throws {refused} {quota-exceeded} */
export function publish(description: ServiceDescription): void {
  call(() => publishThis(description));
}
