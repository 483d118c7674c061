import test from 'ava';
import { signingKeyOfPem } from '#p2p/credentials/signing-key.ts';
import { decode, encode } from '#p2p/wire-format.ts';
import {
  readKeptMembership,
  writeKeptMembership,
  writeKeptRevocations,
  writeTicketBook,
} from '#posiv-wit/generated/p2p/admission.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { memoryKey, MemoryNetwork } from '../support/memory-network.ts';
import { startMemoryNode, type MemoryNode } from '../support/memory-node.ts';
import { MemoryAdmission } from '../support/stores.ts';
import { admissionOf, rootKey, signedByRoot } from '../support/test-root.ts';

interface World {
  readonly clock: ManualClock;
  readonly network: MemoryNetwork;
  readonly first: MemoryNode;
}

async function world(): Promise<World> {
  const clock = new ManualClock();
  const network = new MemoryNetwork(clock);
  const first = await startMemoryNode(network, { name: 'first', ticket: '' });
  await clock.advance(10);
  return { clock, network, first };
}

const later = Uint8Array.of(2, 1, 2, 3);

test("a node of one cluster is not started with another's ticket, and its folder stays as it is", async (t) => {
  const { clock, network, first } = await world();
  const { text } = await first.mesh.admission.createTicket({});
  const other = await startMemoryNode(network, { name: 'other', ticket: '' });
  await clock.advance(10);
  await other.mesh[Symbol.asyncDispose]();
  const { roster, identity, store } = other;
  const before = store.files.get('membership');
  const folder = { name: 'other', from: ['first'], roster, identity, store };
  await t.throwsAsync(startMemoryNode(network, { ...folder, ticket: text }), {
    code: 'foreign-cluster',
  });
  t.is(store.files.get('membership'), before);
});

test("a node does not start with another node's certificate", async (t) => {
  const { network } = await world();
  const membership = signedByRoot(memoryKey('a').publicKey);
  const store = new MemoryAdmission();
  store.files.set('membership', encode(writeKeptMembership, { format: 1, membership }));
  await t.throwsAsync(startMemoryNode(network, { name: 'b', ticket: '', store }), {
    code: 'certificate-mismatch',
  });
  const ticket = admissionOf(memoryKey('a').publicKey);
  await t.throwsAsync(startMemoryNode(network, { name: 'b', ticket }), { code: 'bad-ticket' });
});

for (const file of ['membership', 'revocations', 'tickets'] as const) {
  test(`a ${file} file of a later version, or a damaged one, is refused and left as it is`, async (t) => {
    const { network } = await world();
    for (const [bytes, what] of [
      [later, /has format 2: start the version that wrote it/],
      [Uint8Array.of(1, 0xff), /is damaged/],
      [Uint8Array.of(), /is damaged/],
    ] as const) {
      const store = new MemoryAdmission();
      store.files.set(file, bytes);
      await t.throwsAsync(startMemoryNode(network, { name: 'a', ticket: '', store }), {
        code: 'admission-file',
        message: what,
      });
      t.is(store.files.get(file), bytes);
    }
  });
}

test('a root key that is none is refused', async (t) => {
  const { network } = await world();
  const store = new MemoryAdmission();
  store.files.set('root-key', Buffer.from('-----BEGIN PRIVATE KEY-----\nAAAA\n'));
  await t.throwsAsync(startMemoryNode(network, { name: 'a', ticket: '', store }), {
    code: 'admission-file',
  });
});

test('a node that stopped between its root key and its certificate goes on with that key', async (t) => {
  const { clock, network } = await world();
  const store = new MemoryAdmission();
  store.files.set('root-key', Buffer.from(rootKey('mine').toPem()));
  const node = await startMemoryNode(network, { name: 'a', ticket: '', store });
  await clock.advance(10);
  t.true(node.mesh.ready);
  const kept = decode(readKeptMembership, store.files.get('membership')!);
  t.deepEqual(kept.membership.root, rootKey('mine').publicKey);
});

test('a founder without its root key admits with its own', async (t) => {
  const { clock, network, first } = await world();
  await first.mesh[Symbol.asyncDispose]();
  const { roster, identity, store } = first;
  store.files.delete('root-key');
  const folder = { name: 'first', ticket: '', roster, identity, store };
  const again = await startMemoryNode(network, folder);
  await clock.advance(10);
  const { admission } = again.mesh;
  t.like(admission.cluster(), { admits: true, hasRootKey: false });
  await t.throwsAsync(admission.createTicket({ admits: true }), { code: 'may-not-admit' });
  const { text } = await admission.createTicket({});
  const node = await startMemoryNode(network, { name: 'a', ticket: text, from: ['first'] });
  await clock.advance(2_000);
  t.true(node.mesh.ready);
});

test('of folders of the time before admission the founder takes the cluster over, and others need a ticket once', async (t) => {
  const { clock, network, first } = await world();
  const { text: once } = await first.mesh.admission.createTicket({});
  const second = await startMemoryNode(network, { name: 'second', ticket: once, from: ['first'] });
  await clock.advance(2_000);
  await first.mesh[Symbol.asyncDispose]();
  await second.mesh[Symbol.asyncDispose]();
  const old = (name: string, { roster, identity }: MemoryNode) => ({
    name,
    roster,
    identity,
    store: new MemoryAdmission(),
    from: ['first'],
  });
  const founder = await startMemoryNode(network, { ...old('first', first), ticket: '' });
  await clock.advance(10);
  t.true(founder.mesh.admission.cluster().hasRootKey);
  const folder = old('second', second);
  await t.throwsAsync(startMemoryNode(network, { ...folder, ticket: '' }), {
    code: 'admission-missing',
  });
  const { text } = await founder.mesh.admission.createTicket({});
  const back = await startMemoryNode(network, { ...folder, ticket: text });
  await clock.advance(6_000);
  t.true(back.mesh.ready);
  t.is(founder.mesh.members().length, 2);
});

test('a certificate in place of a ticket gives a member the right to admit', async (t) => {
  const { clock, network, first } = await world();
  const root = signingKeyOfPem(Buffer.from(first.store.files.get('root-key')!).toString())!;
  const ticket = admissionOf(memoryKey('a').publicKey, { root, admits: true });
  const node = await startMemoryNode(network, { name: 'a', ticket, from: ['first'] });
  await clock.advance(2_000);
  t.true(node.mesh.ready);
  t.true(node.mesh.admission.cluster().admits);
});

test('format 1 of the files of admission stays as it is', (t) => {
  const signed = { body: Uint8Array.of(1), signature: Uint8Array.of(2) };
  const membership = { root: Uint8Array.of(3), issuer: signed, member: signed };
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  t.is(hex(encode(writeKeptMembership, { format: 1, membership })), '010103010101010201010102');
  const statements = [{ issuer: undefined, revocation: signed }];
  t.is(hex(encode(writeKeptRevocations, { format: 1, statements })), '01010001010102');
  const ticket = {
    cluster: 'c',
    issuer: Uint8Array.of(1),
    key: Uint8Array.of(2),
    serial: Uint8Array.of(3),
    expiresMs: 4,
    uses: 5,
    node: undefined,
    admits: true,
  };
  const tickets = [{ ticket, usedBy: [Uint8Array.of(6)] }];
  t.is(hex(encode(writeTicketBook, { format: 1, tickets })), '0101016301010102010304050001010106');
});
