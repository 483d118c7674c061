import test from 'ava';
import { checkEntry, entriesOf } from '#p2p/registry/record.ts';
import { serviceKey, serviceValue } from '#p2p/registry/service-entry.ts';
import type { Service } from '#posiv-wit/generated/p2p/registry.ts';
import { SimulatedRegistries } from './support/simulated-registries.ts';

const STORE: Service = {
  name: 'vstore',
  version: '0.1.0',
  interface: 'posiv:vstore/files@0.1.0',
  standing: 'running',
  sinceMs: 1_700_000_000_000,
  vtask: undefined,
};
const SHOP: Service = { ...STORE, name: 'shop', vtask: ['v1', 'alice'] };
const RECORD = { name: 'a', lanes: 1, vtasks: 0, memoryUsed: 0, memoryLimit: 0, named: [] };

test('services are told as they are published, by key, and are gone once they are not', (t) => {
  const cluster = new SimulatedRegistries({ nodes: 3, seed: 1 });
  cluster.connectAll();
  const [a, b] = cluster.nodes;
  const told = (): readonly Service[] | undefined => b!.registry.record(a!.id)?.services;
  a!.registry.publish({ ...RECORD, services: [STORE, SHOP] });
  cluster.run(500);
  t.deepEqual(told(), [STORE, SHOP]);
  t.is(b!.registry.lifeOf(a!.id), 1);
  a!.registry.publish({ ...RECORD, services: [{ ...STORE, standing: 'failing' }] });
  cluster.run(500);
  t.deepEqual(told(), [{ ...STORE, standing: 'failing' }]);
  a!.registry.publish(RECORD);
  cluster.run(500);
  t.is(told(), undefined);
});

test('what only changes its state goes alone to the others', (t) => {
  const cluster = new SimulatedRegistries({ nodes: 2, seed: 2 });
  cluster.connectAll();
  const [a] = cluster.nodes;
  const many = Array.from({ length: 500 }, (_, at): Service => ({ ...STORE, name: `s${at}` }));
  a!.registry.publish({ ...RECORD, services: many });
  cluster.run(10_000);
  const before = a!.bytes;
  a!.registry.publish({
    ...RECORD,
    services: [{ ...many[0]!, standing: 'failing' }, ...many.slice(1)],
  });
  cluster.run(1_000);
  const told = cluster.nodes[1]!.registry.record(a!.id)?.services;
  t.is(told?.find(({ name }) => name === 's0')?.standing, 'failing');
  t.true(a!.bytes - before < 300, `${a!.bytes - before} bytes`);
});

test('a node that tells of more services than there may be is not heard, nor tells so itself', (t) => {
  const many = Array.from({ length: 545 }, (_, at): Service => ({ ...STORE, name: `s${at}` }));
  t.throws(() => entriesOf({ ...RECORD, services: many }), { code: 'record-too-large' });
  t.is(entriesOf({ ...RECORD, services: many.slice(1) }).size, 546);
});

for (const [what, changes] of [
  ['would write over a terminal', { version: '\u001b[2J' }],
  ['has a name that nobody may have', { name: '../shop' }],
  ['has no interface', { interface: '' }],
  ['has a vtid that is too long', { vtask: ['v'.repeat(129), 'alice'] }],
  ['has a tenant that is too long', { vtask: ['v', 'a'.repeat(64)] }],
] as const)
  test(`a service that ${what} cuts the peer off`, (t) => {
    const service: Service = { ...SHOP, ...changes };
    t.throws(() => checkEntry(serviceKey(service), serviceValue(service)), {
      code: 'invalid-record',
    });
  });

test('a service under the key of another, or with a value that is none, cuts the peer off', (t) => {
  t.notThrows(() => checkEntry(serviceKey(SHOP), serviceValue(SHOP)));
  t.throws(() => checkEntry(serviceKey(STORE), serviceValue(SHOP)), { code: 'invalid-record' });
  t.throws(() => checkEntry(serviceKey(STORE), Uint8Array.of(1, 2)), { code: 'invalid-record' });
});

test('version 0.1.0 of a service stays as it is', (t) => {
  const bytes = Buffer.from(serviceValue(SHOP)).toString('hex');
  const name = '0473686f7005302e312e30';
  const kept = '18706f7369763a7673746f72652f66696c657340302e312e30';
  t.is(bytes, `${name}${kept}0180d095ffbc310102763105616c696365`);
  t.is(serviceKey(SHOP), 'service/posiv:vstore/files@0.1.0/shop/v1');
});
