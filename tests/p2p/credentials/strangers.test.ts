import test, { type ExecutionContext } from 'ava';
import { Reader } from '#posiv-wit/codec/reader.ts';
import { decode, encode, MAX_GREETING_BODY_BYTES, WIRE } from '#p2p/wire-format.ts';
import {
  readGreeting,
  readRefusal,
  writeRevocationList,
  type Credential,
  type RefusalCode,
} from '#posiv-wit/generated/p2p/admission.ts';
import { issue } from '#p2p/credentials/credentials.ts';
import { makeTicket, parseAdmission, redemptionOf } from '#p2p/credentials/ticket.ts';
import { ManualClock, seededRandom } from '../support/manual-clock.ts';
import { memoryKey, MemoryNetwork } from '../support/memory-network.ts';
import { startMemoryNode, upAt, type MemoryNode } from '../support/memory-node.ts';
import { RawPeer } from '../support/raw-peer.ts';
import { rootKey, signedByRoot, TEST_ROOT } from '../support/test-root.ts';

interface Scene {
  readonly clock: ManualClock;
  readonly node: MemoryNode;
  readonly good: MemoryNode;
  dial(name?: string): Promise<RawPeer>;
}

async function scene(): Promise<Scene> {
  const clock = new ManualClock();
  const network = new MemoryNetwork(clock);
  const node = await startMemoryNode(network, { name: 'node' });
  const good = await startMemoryNode(network, { name: 'good', from: ['node'] });
  await clock.advance(1_000);
  const dial = async (name = 'evil'): Promise<RawPeer> => {
    const dialling = RawPeer.dial(network, name, 'node');
    await clock.advance(2);
    return dialling;
  };
  return { clock, node, good, dial };
}

/** It was refused for this, and has been told nothing of the cluster; nobody else felt it. */
function learntNothing(
  t: ExecutionContext,
  { node, good }: Scene,
  peer: RawPeer,
  code: RefusalCode,
) {
  t.truthy(peer.closed);
  t.deepEqual(peer.kinds(), [WIRE.refusal]);
  const { body } = peer.received[0]!;
  t.is(readRefusal(new Reader(body)).code, code);
  const text = Buffer.from(body).toString('latin1');
  for (const told of [node.id, good.id, 'memory:', node.mesh.admission.cluster().id])
    t.false(text.includes(told), told);
  t.is(node.mesh.members().length, 2);
  t.deepEqual(upAt(node), [good.id]);
}

const evil = memoryKey('evil');
const proof = signedByRoot(evil.publicKey);
const strangers: [string, RefusalCode, Credential][] = [
  [
    'a certificate of another root key',
    'not-a-member',
    { tag: 'membership', val: signedByRoot(evil.publicKey, { root: rootKey('evil') }) },
  ],
  [
    "another node's certificate",
    'not-a-member',
    { tag: 'membership', val: signedByRoot(memoryKey('good').publicKey) },
  ],
  [
    'a certificate that it has signed itself',
    'not-a-member',
    { tag: 'membership', val: { ...proof, member: issuedBy(evil, evil.publicKey).member } },
  ],
  [
    'a certificate of a member that may not admit',
    'not-a-member',
    {
      tag: 'membership',
      val: {
        ...issuedBy(memoryKey('good'), evil.publicKey),
        issuer: signedByRoot(memoryKey('good').publicKey).member,
      },
    },
  ],
  [
    'a right to admit that only a member gave',
    'not-a-member',
    {
      tag: 'membership',
      val: {
        ...issuedBy(memoryKey('good'), evil.publicKey, true),
        issuer: signedByRoot(memoryKey('good').publicKey, { admits: true }).member,
      },
    },
  ],
  [
    'a certificate whose signature has another length',
    'not-a-member',
    {
      tag: 'membership',
      val: { ...proof, member: { ...proof.member, signature: new Uint8Array(3) } },
    },
  ],
  [
    'a certificate that is none',
    'not-a-member',
    { tag: 'membership', val: { ...proof, member: { ...proof.member, body: new Uint8Array(3) } } },
  ],
  ['a ticket that it has made itself', 'issuer-unreachable', ticketOf(evil)],
  ['a ticket of a member that has not made it', 'ticket-refused', ticketOf(evil, 'node')],
];
for (const [what, code, credential] of strangers) {
  test(`a stranger with ${what} is refused and learns nothing`, async (t) => {
    const s = await scene();
    const peer = await s.dial();
    peer.greet({ credential });
    await s.clock.advance(5);
    learntNothing(t, s, peer, code);
  });
}

test('who greets another cluster is refused and does not learn which this one is', async (t) => {
  const s = await scene();
  const peer = await s.dial();
  peer.greet({ cluster: 'caaaaaaaaaaaaaaaaaaaaaaaaaa' });
  await s.clock.advance(5);
  learntNothing(t, s, peer, 'foreign-cluster');
});

test('a hello without a greeting is cut off', async (t) => {
  const s = await scene();
  const peer = await s.dial();
  peer.send(WIRE.hello, new Uint8Array(100));
  await s.clock.advance(5);
  t.truthy(peer.closed);
  t.deepEqual(peer.kinds(), []);
});

test('a revocation before a greeting is cut off', async (t) => {
  const s = await scene();
  const peer = await s.dial();
  peer.send(WIRE.revocations, encode(writeRevocationList, { statements: [] }));
  await s.clock.advance(5);
  t.truthy(peer.closed);
  t.true(s.node.logger.codes().includes('unexpected-frame'));
});

test('a stranger that announces more than a greeting is cut off before it sends it', async (t) => {
  const s = await scene();
  const peer = await s.dial();
  const length = MAX_GREETING_BODY_BYTES + 1;
  peer.raw(length & 255, length >> 8, 0, 0, WIRE.greeting);
  await s.clock.advance(5);
  t.truthy(peer.closed);
  t.true(s.node.logger.codes().includes('frame-too-large'));
});

test('what a member dials has to be a member: one that only holds a ticket is not told the roster', async (t) => {
  const { clock, node } = await scene();
  const network = new MemoryNetwork(clock);
  const heard: RawPeer[] = [];
  RawPeer.listen(network, 'evil', (peer) => heard.push(peer));
  await startMemoryNode(network, { name: 'member', from: ['evil'] });
  await clock.advance(5);
  const [peer] = heard;
  t.deepEqual(peer?.kinds(), [WIRE.greeting]);
  const greeting = decode(readGreeting, peer!.received[0]!.body);
  t.is(greeting.credential.tag, 'membership');
  peer!.greet({ credential: ticketOf(evil) });
  await clock.advance(5);
  t.deepEqual(peer?.kinds(), [WIRE.greeting, WIRE.refusal]);
  t.truthy(node);
});

test('a thousand that join by forged tickets at once leave nothing behind, and a good node joins', async (t) => {
  const clock = new ManualClock();
  const network = new MemoryNetwork(clock);
  const node = await startMemoryNode(network, { name: 'node', ticket: '' });
  await clock.advance(10);
  const { text } = await node.mesh.admission.createTicket({});
  const given = parseAdmission(text);
  if (given.tag !== 'ticket') throw new Error('a ticket was asked for');
  const before = node.store.files.size;
  for (let at = 0; at < 1_000; at++) {
    const name = `evil ${at}`;
    const dialling = RawPeer.dial(network, name, 'node');
    await clock.advance(1);
    const peer = await dialling;
    const { publicKey } = memoryKey(name);
    const val = redemptionOf({ ...given.val, secret: new Uint8Array(32).fill(at) }, publicKey);
    peer.greet({
      cluster: node.mesh.admission.cluster().id,
      credential: { tag: 'redemption', val },
    });
  }
  await clock.advance(10);
  t.deepEqual(node.mesh.admission.tickets()[0]?.usedBy, []);
  t.is(node.store.files.size, before);
  t.is(node.mesh.members().length, 1);
  const good = await startMemoryNode(network, { name: 'good', ticket: text, from: ['node'] });
  await clock.advance(1_000);
  t.true(good.mesh.ready);
});

function issuedBy(signer: ReturnType<typeof memoryKey>, key: Uint8Array, admits = false) {
  const random = seededRandom(3);
  const clock = { wallTime: () => 0, now: () => 0, after: () => () => undefined };
  const rights = { admits, founds: false };
  return issue({ clock, random }, TEST_ROOT.publicKey, signer, undefined, key, rights);
}

/** A redemption by `evil` of a ticket that is signed by a key; it may say that another made it. */
function ticketOf(signer: ReturnType<typeof memoryKey>, says?: string): Credential {
  const { publicKey } = says === undefined ? signer : memoryKey(says);
  const secret = new Uint8Array(32).fill(1);
  const fields = {
    serial: new Uint8Array(8),
    expiresMs: 2 ** 50,
    uses: 1,
    node: undefined,
    admits: true,
  };
  const { text } = makeTicket({ ...signer, publicKey }, TEST_ROOT.publicKey, secret, fields);
  const given = parseAdmission(text);
  if (given.tag !== 'ticket') throw new Error('a ticket was asked for');
  return { tag: 'redemption', val: redemptionOf(given.val, evil.publicKey) };
}
