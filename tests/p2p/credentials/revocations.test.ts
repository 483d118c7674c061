import test from 'ava';
import { MemoryAdmission } from '../support/stores.ts';
import { Revocations } from '#p2p/credentials/revocations.ts';
import { peerIdText } from '#p2p/peer-id.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { memoryId, memoryKey, MemoryNetwork } from '../support/memory-network.ts';
import { startMemoryNode, upAt, type MemoryNode } from '../support/memory-node.ts';
import { rootKey, signedByRoot, TEST_ROOT } from '../support/test-root.ts';

async function cluster(
  ...names: readonly string[]
): Promise<{ clock: ManualClock; network: MemoryNetwork; nodes: MemoryNode[] }> {
  const clock = new ManualClock();
  const network = new MemoryNetwork(clock);
  const first = await startMemoryNode(network, { name: 'first', ticket: '' });
  await clock.advance(10);
  const nodes = [first];
  for (const name of names) {
    const { text } = await first.mesh.admission.createTicket({ admits: name.startsWith('admits') });
    nodes.push(await startMemoryNode(network, { name, ticket: text, from: ['first'] }));
  }
  await clock.advance(2_000);
  return { clock, network, nodes };
}

/** Starts a node again with what it had. */
function again(network: MemoryNetwork, name: string, node: MemoryNode): Promise<MemoryNode> {
  const { roster, identity, store } = node;
  return startMemoryNode(network, { name, ticket: '', from: ['first'], roster, identity, store });
}

test('a node that is revoked is cut off by all at once, and ends', async (t) => {
  const { clock, nodes } = await cluster('a', 'b', 'c');
  const [first, a, b, c] = nodes as [MemoryNode, MemoryNode, MemoryNode, MemoryNode];
  t.deepEqual(await first.mesh.admission.revokeNode('c', false), [c.id]);
  await clock.advance(10);
  t.is((await c.mesh.expelled).code, 'revoked');
  await clock.advance(20_000);
  for (const node of [first, a, b]) {
    t.false(upAt(node).includes(c.id));
    t.deepEqual(node.events.changes(c.id), ['up', 'down']);
    t.is(upAt(node).length, 2);
    t.deepEqual(node.mesh.admission.cluster().revokedNodes, [c.id]);
  }
});

test('a node that was away when another was revoked learns it from the first that it meets', async (t) => {
  const { clock, network, nodes } = await cluster('a', 'b');
  const [first, a, b] = nodes as [MemoryNode, MemoryNode, MemoryNode];
  await a.mesh[Symbol.asyncDispose]();
  await clock.advance(10);
  await first.mesh.admission.revokeNode('b', false);
  await clock.advance(10);
  const back = await again(network, 'a', a);
  await clock.advance(6_000);
  t.deepEqual(back.mesh.admission.cluster().revokedNodes, [b.id]);
  t.deepEqual(upAt(back), [first.id]);
  t.true(back.store.files.has('revocations'));
});

test('a node that was away when it was revoked is shown why, ends, and does not start again', async (t) => {
  const { clock, network, nodes } = await cluster('a', 'b');
  const [first, a] = nodes as [MemoryNode, MemoryNode];
  await a.mesh[Symbol.asyncDispose]();
  await clock.advance(10);
  await first.mesh.admission.revokeNode(peerIdText(memoryKey('a').publicKey), false);
  const back = await again(network, 'a', a);
  await clock.advance(6_000);
  t.is((await back.mesh.expelled).code, 'revoked');
  await back.mesh[Symbol.asyncDispose]();
  await t.throwsAsync(again(network, 'a', back), { code: 'revoked' });
});

test('a revocation that another root key has signed is taken by nobody', async (t) => {
  const clock = new ManualClock();
  const evil = rootKey('evil');
  const forged = await Revocations.open(evil.publicKey, clock, new MemoryAdmission());
  const { publicKey } = memoryKey('a');
  forged.make({ signer: evil, issuer: undefined }, { tag: 'node', val: publicKey });
  const own = await Revocations.open(TEST_ROOT.publicKey, clock, new MemoryAdmission());
  t.throws(() => own.merge(forged.statements()), { code: 'not-a-member' });
  t.false(own.isNodeRevoked(publicKey));
});

test('what is revoked outlives a restart', async (t) => {
  const { clock, network, nodes } = await cluster('a', 'b');
  const [first, , b] = nodes as [MemoryNode, MemoryNode, MemoryNode];
  await first.mesh.admission.revokeNode('b', false);
  await first.mesh[Symbol.asyncDispose]();
  await clock.advance(10);
  const back = await again(network, 'first', first);
  await clock.advance(6_000);
  t.deepEqual(back.mesh.admission.cluster().revokedNodes, [b.id]);
  t.is(upAt(back).length, 1);
});

test('the key of a node that was revoked is not admitted again, by whatever ticket', async (t) => {
  const { clock, network, nodes } = await cluster('a');
  const [first] = nodes as [MemoryNode];
  await first.mesh.admission.revokeNode('a', false);
  const { text } = await first.mesh.admission.createTicket({});
  const fresh = await startMemoryNode(network, { name: 'a', ticket: text, from: ['first'] });
  await clock.advance(2_000);
  const error = await t.throwsAsync(fresh.mesh.whenReady(AbortSignal.abort()));
  t.is((error as Error & { code?: string }).code, 'revoked');
  t.deepEqual(upAt(first), []);
});

test('nobody waits for the ack of a node that was revoked', async (t) => {
  const { clock, network, nodes } = await cluster('a', 'b');
  const [first, , b] = nodes as [MemoryNode, MemoryNode, MemoryNode];
  await b.mesh[Symbol.asyncDispose]();
  await clock.advance(10);
  const { text } = await first.mesh.admission.createTicket({});
  const late = await startMemoryNode(network, { name: 'late', ticket: text, from: ['first'] });
  await clock.advance(5_000);
  t.false(late.mesh.ready);
  await first.mesh.admission.revokeNode(peerIdText(memoryKey('b').publicKey), false);
  await clock.advance(2_000);
  t.true(late.mesh.ready);
});

test('with a node that admits, those that it admitted with its own key are out too', async (t) => {
  const { clock, network, nodes } = await cluster('admits');
  const [first, admits] = nodes as [MemoryNode, MemoryNode];
  const { text } = await admits.mesh.admission.createTicket({});
  const child = await startMemoryNode(network, { name: 'child', ticket: text, from: ['admits'] });
  await clock.advance(2_000);
  t.true(child.mesh.ready);
  await t.throwsAsync(first.mesh.admission.revokeNode('admits', false), {
    code: 'bad-request',
    message: new RegExp(child.id),
  });
  t.deepEqual(await first.mesh.admission.revokeNode('admits', true), [admits.id, child.id]);
  await clock.advance(10);
  t.is((await child.mesh.expelled).code, 'revoked');
  await clock.advance(10_000);
  t.deepEqual(upAt(first), []);
});

test('a node revokes neither itself nor what is not there', async (t) => {
  const { nodes } = await cluster();
  const [first] = nodes as [MemoryNode];
  for (const which of ['first', first.id, 'nobody', memoryId('nobody')])
    await t.throwsAsync(first.mesh.admission.revokeNode(which, true), { code: 'bad-request' });
});

test('what nodes say of each other counts for both, but not what one says that the root has revoked', async (t) => {
  const clock = new ManualClock();
  const open = (): Promise<Revocations> =>
    Revocations.open(TEST_ROOT.publicKey, clock, new MemoryAdmission());
  const [x, y, z] = ['x', 'y', 'z'].map(memoryKey) as [
    ReturnType<typeof memoryKey>,
    ReturnType<typeof memoryKey>,
    ReturnType<typeof memoryKey>,
  ];
  const revoker = (key: typeof x) => ({
    signer: key,
    issuer: signedByRoot(key.publicKey, { admits: true }).member,
  });
  const all = await open();
  all.make(revoker(x), { tag: 'node', val: y.publicKey });
  all.make(revoker(y), { tag: 'node', val: x.publicKey });
  all.make(revoker(x), { tag: 'node', val: z.publicKey });
  t.deepEqual(
    [x, y, z].map(({ publicKey }) => all.isNodeRevoked(publicKey)),
    [true, true, true],
  );
  all.make({ signer: TEST_ROOT, issuer: undefined }, { tag: 'node', val: x.publicKey });
  t.deepEqual(
    [x, y, z].map(({ publicKey }) => all.isNodeRevoked(publicKey)),
    [true, false, false],
  );
  const other = await open();
  for (const statement of all.statements().toReversed()) other.merge([statement]);
  t.deepEqual(other.digest, all.digest);
  t.deepEqual([...other.nodes], [...all.nodes]);
});

test('a statement of a node that may not admit, or with a changed byte, is taken by nobody', async (t) => {
  const clock = new ManualClock();
  const own = await Revocations.open(TEST_ROOT.publicKey, clock, new MemoryAdmission());
  const plain = memoryKey('plain');
  const issuer = signedByRoot(plain.publicKey).member;
  t.throws(() => own.make({ signer: plain, issuer }, { tag: 'node', val: plain.publicKey }), {
    code: 'not-a-member',
  });
  const other = await Revocations.open(TEST_ROOT.publicKey, clock, new MemoryAdmission());
  const made = other.make(
    { signer: TEST_ROOT, issuer: undefined },
    { tag: 'node', val: plain.publicKey },
  );
  const signature = made.revocation.signature.slice();
  signature[0]! ^= 1;
  const changed = { issuer: undefined, revocation: { ...made.revocation, signature } };
  t.throws(() => own.merge([changed]), { code: 'not-a-member' });
  t.deepEqual(own.statements(), []);
});

test('1,024 revocations are kept and no more, and those of tickets end', async (t) => {
  const clock = new ManualClock();
  const own = await Revocations.open(TEST_ROOT.publicKey, clock, new MemoryAdmission());
  const by = { signer: TEST_ROOT, issuer: undefined };
  const make = (at: number) =>
    own.make(by, { tag: 'ticket', val: new Uint8Array(8).fill(at, 0, 1).fill(at >> 8, 1, 2) });
  for (let at = 0; at < 1_024; at++) make(at);
  t.throws(() => make(1_024), { code: 'revocations-full' });
  clock.jump(61 * 86_400_000);
  t.notThrows(() => make(1_024));
  t.is(own.statements().length, 1);
});

test('however much a node that admits revokes, the root revokes it, and all that it has said is gone', async (t) => {
  const clock = new ManualClock();
  const open = (): Promise<Revocations> =>
    Revocations.open(TEST_ROOT.publicKey, clock, new MemoryAdmission());
  const mad = memoryKey('mad');
  const by = { signer: mad, issuer: signedByRoot(mad.publicKey, { admits: true }).member };
  const invented = (at: number) =>
    ({ tag: 'node', val: new Uint8Array(32).fill(at, 0, 1).fill(at >> 8, 1, 2) }) as const;
  const [one, other] = [await open(), await open()];
  for (let at = 0; at < 768; at++) {
    one.make(by, invented(at));
    other.make(by, invented(at + 768));
  }
  t.throws(() => one.make(by, invented(768)), { code: 'revocations-full' });
  t.throws(() => one.merge(other.statements()), { code: 'revocations-full' });
  const root = { signer: TEST_ROOT, issuer: undefined };
  const end = one.make(root, { tag: 'node', val: mad.publicKey });
  t.deepEqual(one.statements(), [end]);
  t.deepEqual(other.merge(one.statements()), [end]);
  t.deepEqual(one.merge(other.statements()), []);
  t.deepEqual(other.digest, one.digest);
  t.deepEqual([...one.nodes], [memoryId('mad')]);
});
