import { Writer } from '#posiv-wit/codec/writer.ts';
import { writeFrame, type ReturnFrame } from '#posiv-wit/generated/wire.ts';
import { ok } from '#posiv-wit/result.ts';

/** Bytes that end a message and are sent from where they are. */
export interface Tail {
  readonly bytes: Uint8Array;
  /** They have left, or never will: nobody looks at them any more. */
  sent(): void;
}

/** Fewer are copied in less time than another piece takes to be written. */
const LARGE_BYTES = 64 << 10;

const OK = 0;
const RETURNED = tagOfReturned();

/** What returns many bytes, `ok(bytes)`: a read of vStore mostly. A pipe takes them from where they are. */
export class LargeReturn implements ReturnFrame {
  readonly id: number;
  readonly #bytes: Uint8Array;
  readonly #spent: () => void;
  #taken = false;

  /** @param spent is called once nobody looks at the bytes any more */
  constructor(id: number, bytes: Uint8Array, spent: () => void) {
    this.id = id;
    this.#bytes = bytes;
    this.#spent = spent;
  }

  /** The bytes of a result that is worth it, if it is one. */
  static bytesOf(result: unknown): Uint8Array | undefined {
    const given = result as { readonly ok?: boolean; readonly value?: unknown } | undefined;
    const value = given?.ok === true ? given.value : undefined;
    return value instanceof Uint8Array && value.length >= LARGE_BYTES ? value : undefined;
  }

  /** All of it in one piece, for those who want it so: a copy. */
  get outcome(): ReturnFrame['outcome'] {
    const writer = new Writer(this.#bytes.length + 16);
    writeResultHead(writer, this.#bytes.length);
    writer.encoded(this.#bytes);
    return ok(writer.view);
  }

  /** Writes the frame but for the bytes, which are to follow. */
  takeTail(writer: Writer): Tail {
    const { length } = this.#bytes;
    const head = new Writer();
    writeResultHead(head, length);
    writer.u8(RETURNED);
    writer.u32(this.id);
    writer.u8(OK);
    writer.count(head.length + length);
    writer.encoded(head.view);
    this.#taken = true;
    return { bytes: this.#bytes, sent: this.#spent };
  }

  /** It has been sent: where its bytes were copied they are spent. */
  done(): void {
    if (!this.#taken) this.#spent();
  }
}

function writeResultHead(writer: Writer, length: number): void {
  writer.u8(OK);
  writer.count(length);
}

function tagOfReturned(): number {
  const writer = new Writer();
  writeFrame(writer, { tag: 'returned', val: { id: 0, outcome: ok(new Uint8Array()) } });
  return writer.view[0]!;
}
