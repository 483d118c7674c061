import { InvalidRecordError } from '../errors.ts';
import { decode, encode } from '../wire-format.ts';
import { readService, writeService, type Service } from '#posiv-wit/generated/p2p/registry.ts';

const SERVICE = 'service/';
// What is told of a service is shown on terminals: nothing else than these.
const NAME = /^[a-z0-9.-]{1,64}$/;
const VERSION = /^[\x20-\x7e]{1,64}$/;
const INTERFACE = /^[a-z0-9-]+:[a-z0-9-]+\/[a-z0-9-]+(@[A-Za-z0-9.+-]+)?$/;
const MAX_INTERFACE_LENGTH = 128;
export const MAX_VTID_LENGTH = 128; // posiv:kernel/types
const MAX_TENANT_LENGTH = 63;
/** Of one node: 512 vTasks, and what the node itself carries out. */
export const MAX_SERVICES = 544;

export function isServiceKey(key: string): boolean {
  return key.startsWith(SERVICE);
}

/** Under which key a service is told. */
export function serviceKey({
  name,
  interface: kept,
  vtask,
}: Pick<Service, 'name' | 'interface' | 'vtask'>): string {
  const own = `${SERVICE}${kept}/${name}`;
  return vtask === undefined ? own : `${own}/${vtask[0]}`;
}

export function serviceValue(service: Service): Uint8Array {
  return encode(writeService, service);
}

/** @throws {malformed-value} */
export function readServiceValue(value: Uint8Array): Service {
  return decode(readService, value);
}

/** What is out of range of what a service says of itself. */
export function serviceFault({
  name,
  version,
  interface: kept,
}: Pick<Service, 'name' | 'version' | 'interface'>): string | undefined {
  if (!NAME.test(name)) return 'its name is not 1 to 64 of a-z 0-9 . -';
  if (!VERSION.test(version)) return 'its version is not 1 to 64 printable characters of ASCII';
  if (kept.length > MAX_INTERFACE_LENGTH || !INTERFACE.test(kept))
    return `its interface is not NAMESPACE:PACKAGE/NAME, at most ${MAX_INTERFACE_LENGTH} characters`;
  return undefined;
}

/** @throws {invalid-record} {malformed-value} */
export function checkServiceEntry(key: string, value: Uint8Array): void {
  const service = readServiceValue(value);
  const fault = serviceFault(service);
  if (fault !== undefined) throw new InvalidRecordError(`a service: ${fault}`);
  const [vtid = '', tenant = ''] = service.vtask ?? [];
  if (vtid.length > MAX_VTID_LENGTH || tenant.length > MAX_TENANT_LENGTH)
    throw new InvalidRecordError('a service whose vtid or tenant is too long');
  if (key !== serviceKey(service)) throw new InvalidRecordError('a service under another key');
}
