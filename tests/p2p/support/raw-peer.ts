import { createHash } from 'node:crypto';
import { PROTOCOL } from '#p2p/wire-format.ts';
import { encode, WIRE } from '#p2p/wire-format.ts';
import { FrameDecoder } from '#p2p/frame-decoder.ts';
import { Outbox } from '#p2p/outbox.ts';
import { clusterIdOf } from '#p2p/credentials/cluster-id.ts';
import { memoryId, memoryKey, type MemoryNetwork } from './memory-network.ts';
import type { ManualClock } from './manual-clock.ts';
import { signedByRoot, TEST_ROOT } from './test-root.ts';
import {
  writeGreeting,
  writeHello,
  writeHelloAck,
  type Greeting,
  type Hello,
} from '#posiv-wit/generated/p2p/admission.ts';
import type { PeerConnection, Purpose } from '#p2p/connection.ts';

const NOTHING_REVOKED = new Uint8Array(createHash('sha256').digest());

export interface Frame {
  kind: number;
  body: Uint8Array;
}

/** A peer of which the test writes each byte. */
export class RawPeer {
  readonly id: string;
  readonly name: string;
  readonly received: Frame[] = [];
  closed: string | undefined;
  readonly #connection: PeerConnection;
  #greeted = false;

  private constructor(name: string, connection: PeerConnection) {
    this.id = memoryId(name);
    this.name = name;
    this.#connection = connection;
    const decoder = new FrameDecoder(16 * 1024 * 1024, (kind, body) =>
      this.received.push({ kind, body }),
    );
    connection.open({
      onBytes: (chunk) => decoder.push(chunk),
      onDrain: () => undefined,
      onClose: (reason) => {
        this.closed = reason;
      },
    });
  }

  /** Dials a node; the clock has to be advanced for it to resolve. */
  static async dial(
    network: MemoryNetwork,
    name: string,
    to: string,
    purpose: Purpose = 'wire',
  ): Promise<RawPeer> {
    const connection = await network
      .transport(name)
      .dial(`memory:${to}`, purpose, new AbortController().signal);
    return new RawPeer(name, connection);
  }

  /** Dials a node and is admitted by it. */
  static async join(
    { network, clock }: { readonly network: MemoryNetwork; readonly clock: ManualClock },
    name: string,
    to: { readonly name: string; readonly id: string },
  ): Promise<RawPeer> {
    const dialling = RawPeer.dial(network, name, to.name);
    await clock.advance(2);
    const peer = await dialling;
    peer.sayHello();
    peer.sayAck(to.id);
    await clock.advance(2);
    return peer;
  }

  /** Waits to be dialled. */
  static listen(
    network: MemoryNetwork,
    name: string,
    onPeer: (peer: RawPeer, purpose: Purpose) => void,
  ): void {
    network
      .transport(name)
      .accept((purpose, connection) => onPeer(new RawPeer(name, connection), purpose));
  }

  raw(...bytes: readonly number[]): void {
    this.#connection.send(Uint8Array.from(bytes));
  }

  bytes(bytes: Uint8Array): void {
    this.#connection.send(bytes);
  }

  send(kind: number, body: Uint8Array): void {
    this.bytes(frameOf(kind, body));
  }

  /** What a member would greet with. */
  greeting(changes: Partial<Greeting> = {}): Greeting {
    const val = signedByRoot(memoryKey(this.name).publicKey);
    const credential = { tag: 'membership', val } as const;
    return {
      protocol: PROTOCOL,
      cluster: clusterIdOf(TEST_ROOT.publicKey),
      credential,
      ...changes,
    };
  }

  greet(changes: Partial<Greeting> = {}): void {
    this.#greeted = true;
    this.send(WIRE.greeting, encode(writeGreeting, this.greeting(changes)));
  }

  /** What a good peer would say. */
  hello(changes: Partial<Hello> = {}): Hello {
    const { id, name } = this;
    const itself = { id, name, addresses: [], incarnation: 1, founder: false };
    const session = new Uint8Array(16).fill(7);
    const hello = {
      version: '0',
      id,
      name,
      incarnation: 1,
      session,
      addresses: [],
      roster: [itself],
      revocations: NOTHING_REVOKED,
    };
    return { ...hello, ...changes };
  }

  /** Greets too, unless it has. */
  sayHello(changes: Partial<Hello> = {}): void {
    if (!this.#greeted) this.greet();
    this.send(WIRE.hello, encode(writeHello, this.hello(changes)));
  }

  /** Acknowledges the other side, whose id it needs. */
  sayAck(other: string, settled = false): void {
    const members = [
      ...this.hello().roster,
      { id: other, name: 'x', addresses: [], incarnation: 1, founder: false },
    ];
    this.send(WIRE.helloAck, encode(writeHelloAck, { settled, roster: members }));
  }

  kinds(): number[] {
    return this.received.map(({ kind }) => kind);
  }
}

export function frameOf(kind: number, body: Uint8Array): Uint8Array {
  let bytes = new Uint8Array(0);
  const outbox = new Outbox(
    () => undefined,
    (sent) => {
      bytes = sent.slice();
    },
  );
  outbox.push(kind, body);
  outbox.flush();
  return bytes;
}
