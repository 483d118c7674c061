import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import { Directory } from '#kernel/lane/directory.ts';
import { FramePort, framesOf } from '#kernel/lane/port.ts';
import { writeFrame, type Frame } from '#posiv-wit/generated/wire.ts';

/** The other lanes of a cell, as a lane is given them when it starts. */
export interface SiblingsInit {
  /** Its own number in the cell. */
  readonly lane: number;
  /** `directoryMemory`, which all of them share. */
  readonly directory: SharedArrayBuffer;
  readonly ports: readonly { readonly lane: number; readonly port: MessagePort }[];
}

interface Sibling {
  readonly port: MessagePort;
  readonly frames: FramePort<Frame>;
}

/**
 * The ways from one lane to the others of its cell, which its node has no part in. What is sent to one arrives in order, and
 * before whatever anybody can know of it by way of the node: what is under way to another is sent before anything is said to
 * the node, and what has come from one is taken before anything of the node's.
 */
export class Siblings {
  readonly #directory: Directory;
  readonly #ways = new Map<number, Sibling>();
  readonly #receive: (frame: Frame) => void;

  constructor({ lane, directory, ports }: SiblingsInit, receive: (frame: Frame) => void) {
    this.#directory = new Directory(directory, lane);
    this.#receive = receive;
    for (const { lane: other, port } of ports) this.#ways.set(other, this.#open(port));
  }

  /** See `Directory.enter`. */
  enter(vtid: string): number | undefined {
    return this.#directory.enter(vtid);
  }

  leave(place: number): void {
    this.#directory.leave(place);
  }

  /** Its node has said that a vTask has ended, which its lane may not know yet: nothing more goes there straight. */
  over(vtid: string): void {
    this.#directory.strikeOut(vtid);
  }

  /** Whether a vTask is on another lane that can be reached. */
  has(vtid: string): boolean {
    return this.#find(vtid) !== undefined;
  }

  /** Sends a frame to the lane of the vTask that it is for; false if that is none of these. */
  send(vtid: string, frame: Frame): boolean {
    const way = this.#find(vtid);
    way?.frames.send(frame);
    return way !== undefined;
  }

  /** Sends what was sent so far without waiting for the end of the turn. */
  flush(): void {
    for (const { frames } of this.#ways.values()) frames.flush();
  }

  /** Takes what has come so far. */
  drain(): void {
    for (const { port } of this.#ways.values())
      for (let next = receiveMessageOnPort(port); next; next = receiveMessageOnPort(port))
        this.#take(next.message as Uint8Array);
  }

  /** These ended with their lane: nothing more is taken from it, though its thread may not have been stopped yet. */
  gone(vtids: Iterable<string>): void {
    for (const vtid of vtids) {
      const lane = this.#directory.laneOf(vtid);
      if (lane === undefined) continue;
      this.#ways.get(lane)?.port.close();
      this.#ways.delete(lane);
    }
  }

  #find(vtid: string): Sibling | undefined {
    const lane = this.#directory.find(vtid);
    return lane === undefined ? undefined : this.#ways.get(lane);
  }

  #open(port: MessagePort): Sibling {
    port.on('message', (batch: Uint8Array) => this.#take(batch));
    const post = (bytes: Uint8Array): void => {
      const own = bytes.slice();
      port.postMessage(own, [own.buffer]);
    };
    return { port, frames: new FramePort({ post }, setImmediate, writeFrame) };
  }

  #take(batch: Uint8Array): void {
    for (const frame of framesOf(batch)) this.#receive(frame);
  }
}
