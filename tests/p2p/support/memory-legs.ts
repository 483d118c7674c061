import { nodeIdOf, type NodeId } from '#p2p/node-id.ts';
import { circuitAddress } from '#p2p/relay/circuit-address.ts';
import type { MemoryConnection } from './memory-network.ts';
import type { ConnectionEvents, Leg, Legs, PeerConnection, Purpose } from '#p2p/connection.ts';

const PURPOSES: readonly Purpose[] = ['wire', 'bulk'];

type Dial = (
  address: string,
  circuit: Uint8Array,
  signal: AbortSignal,
) => Promise<MemoryConnection>;

class MemoryLeg implements Leg {
  readonly connection: MemoryConnection;

  constructor(connection: MemoryConnection) {
    this.connection = connection;
  }

  get remote(): NodeId {
    return this.connection.remote;
  }

  cutOff(error: Error): void {
    this.connection.cutOff(error);
  }
}

/** Circuits over connections in memory: what libp2p proves by keys, each end says of itself here. */
export class MemoryLegs implements Legs {
  onConnection: (purpose: Purpose, connection: PeerConnection) => void = () => undefined;
  readonly #peerId: Uint8Array;
  readonly #dial: Dial;
  #onLeg: (leg: Leg, circuit: Uint8Array) => void = () => undefined;

  constructor(peerId: Uint8Array, dial: Dial) {
    this.#peerId = peerId;
    this.#dial = dial;
  }

  receive(far: MemoryConnection, circuit: Uint8Array): void {
    this.#onLeg(new MemoryLeg(far), circuit);
  }

  accept(onLeg: (leg: Leg, circuit: Uint8Array) => void): void {
    this.#onLeg = onLeg;
  }

  async dial(address: string, circuit: Uint8Array, signal: AbortSignal): Promise<Leg> {
    return new MemoryLeg(await this.#dial(address, circuit, signal));
  }

  join(one: Leg, other: Leg, onEnd: () => void): void {
    const pass = ({ connection: from }: MemoryLeg, { connection: to }: MemoryLeg): void =>
      from.open({
        onBytes: (bytes) => to.send(bytes),
        onDrain: () => undefined,
        onClose: () => {
          to.end();
          onEnd();
        },
      });
    pass(one as MemoryLeg, other as MemoryLeg);
    pass(other as MemoryLeg, one as MemoryLeg);
  }

  async begin(leg: Leg, purpose: Purpose): Promise<PeerConnection> {
    const { connection } = leg as MemoryLeg;
    const { promise, resolve, reject } = Promise.withResolvers<PeerConnection>();
    const over = new ConnectionOverLeg(connection, true, () => resolve(over), reject);
    connection.send(Uint8Array.of(PURPOSES.indexOf(purpose), ...this.#peerId));
    return promise;
  }

  answer(leg: Leg): void {
    const { connection } = leg as MemoryLeg;
    const over = new ConnectionOverLeg(
      connection,
      false,
      (purpose) => {
        connection.send(Uint8Array.of(0, ...this.#peerId));
        this.onConnection(purpose, over);
      },
      () => undefined,
    );
  }
}

class ConnectionOverLeg implements PeerConnection {
  peerId = new Uint8Array();
  readonly dialled: boolean;
  readonly #leg: MemoryConnection;
  readonly #early: Uint8Array[] = [];
  #events: ConnectionEvents | undefined;

  constructor(
    leg: MemoryConnection,
    dialled: boolean,
    onKnown: (purpose: Purpose) => void,
    onLost: (error: Error) => void,
  ) {
    this.#leg = leg;
    this.dialled = dialled;
    leg.open({
      onBytes: (bytes) => {
        if (this.peerId.length === 0) {
          this.peerId = bytes.slice(1);
          onKnown(PURPOSES[bytes[0]!]!);
        } else if (this.#events === undefined) this.#early.push(bytes);
        else this.#events.onBytes(bytes);
      },
      onDrain: () => this.#events?.onDrain(),
      onClose: (reason) => {
        onLost(new Error(reason));
        this.#events?.onClose(reason);
      },
    });
  }

  get remote(): NodeId {
    return nodeIdOf(this.peerId);
  }

  get relay(): NodeId {
    return this.#leg.remote;
  }

  get address(): string {
    return circuitAddress(this.relay, this.remote);
  }

  get queuedBytes(): number {
    return this.#leg.queuedBytes;
  }

  open(events: ConnectionEvents): void {
    this.#events = events;
    for (const bytes of this.#early.splice(0)) events.onBytes(bytes);
  }

  send(bytes: Uint8Array): void {
    this.#leg.send(bytes);
  }

  end(): void {
    this.#events = undefined;
    this.#leg.end();
  }

  cutOff(error: Error): void {
    this.#events = undefined;
    this.#leg.cutOff(error);
  }
}
