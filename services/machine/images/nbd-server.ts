import type { Duplex } from 'node:stream';
import { quiet } from '#kernel/cell/quiet.ts';
import { drained } from '../drained.ts';
import { ByteSource } from './byte-source.ts';
import {
  COMMAND,
  ERROR,
  EXPORT_FLAGS,
  FIXED_NEWSTYLE,
  INFO,
  NBD_MAGIC,
  NO_ZEROES,
  OPTION,
  OPTION_BYTES,
  OPTION_MAGIC,
  OPTION_REPLY_MAGIC,
  REPLY,
  REQUEST_BYTES,
  REQUEST_MAGIC,
  SIMPLE_REPLY_BYTES,
  SIMPLE_REPLY_MAGIC,
} from './nbd-protocol.ts';
import { PIECE_BYTES } from './piece-map.ts';

/** A disk that is read. */
export interface ReadOnlyDisk {
  /** In bytes. */
  readonly size: number;
  /** Bytes that are in it. @throws whatever is in the way: the reader is told that it failed */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** Of one read; a client that asks for more is told that it may not. */
const MAX_READ_BYTES = 2 << 20;
/** Of an option's data: there is nothing to name. */
const MAX_OPTION_BYTES = 4 << 10;
/** Reads that are carried out at once; until then no more is read from the client. So it holds so much memory at most. */
const MAX_READS = 8;
const NOTHING = new Uint8Array();

/**
 * Serves a disk to one client over a stream, by the Network Block Device protocol: fixed newstyle, one export whatever name is
 * asked for, which cannot be written. The client is QEMU, which its guest may have taken over: what is no protocol ends it.
 * @returns a promise that resolves when the client has gone or was cut off
 */
export async function serveNbd(stream: Duplex, disk: ReadOnlyDisk): Promise<void> {
  const source = new ByteSource(quiet(stream));
  try {
    if (await shakeHands(stream, source, disk.size)) await transmit(stream, source, disk);
  } catch {
    // It has gone, or says what is no protocol: either way nobody is left to be told.
  } finally {
    stream.destroy();
  }
}

/** @returns whether reads come now */
async function shakeHands(stream: Duplex, source: ByteSource, size: number): Promise<boolean> {
  const hello = Buffer.alloc(18);
  hello.writeBigUInt64BE(NBD_MAGIC, 0);
  hello.writeBigUInt64BE(OPTION_MAGIC, 8);
  hello.writeUInt16BE(FIXED_NEWSTYLE | NO_ZEROES, 16);
  stream.write(hello);
  const flags = (await source.take(4)).readUInt32BE(0);
  if ((flags & FIXED_NEWSTYLE) === 0) return false;
  for (;;) {
    const head = await source.take(OPTION_BYTES);
    const [option, length] = [head.readUInt32BE(8), head.readUInt32BE(12)];
    if (head.readBigUInt64BE(0) !== OPTION_MAGIC || length > MAX_OPTION_BYTES) return false;
    const data = await source.take(length);
    const reply = (kind: number, body: Uint8Array = NOTHING): void =>
      void stream.write(optionReply(option, kind, body));
    switch (option) {
      case OPTION.exportName: {
        const zeros = (flags & NO_ZEROES) === 0 ? 124 : 0;
        stream.write(Buffer.concat([exportInfo(size), Buffer.alloc(zeros)]));
        return true;
      }
      case OPTION.info:
      case OPTION.go:
        if (!isInfoRequest(data)) {
          reply(REPLY.invalid);
          break;
        }
        reply(REPLY.info, Buffer.concat([uint16(INFO.export), exportInfo(size)]));
        reply(REPLY.info, blockSizes());
        reply(REPLY.ack);
        if (option === OPTION.go) return true;
        break;
      case OPTION.abort:
        reply(REPLY.ack);
        return false;
      default:
        reply(REPLY.unsupported);
    }
    await drained(stream);
  }
}

async function transmit(stream: Duplex, source: ByteSource, disk: ReadOnlyDisk): Promise<void> {
  const reads = new Set<Promise<void>>();
  for (;;) {
    const head = await source.take(REQUEST_BYTES);
    if (head.readUInt32BE(0) !== REQUEST_MAGIC) return;
    const [command, length] = [head.readUInt16BE(6), head.readUInt32BE(24)];
    const cookie = head.subarray(8, 16);
    const offset = Number(head.readBigUInt64BE(16));
    const reply = (error: number, data?: Uint8Array): void => {
      stream.write(simpleReply(cookie, error));
      if (data) stream.write(data);
    };
    if (command === COMMAND.disconnect) return;
    // Of what is written, the bytes would follow: who does not know that this disk is read-only is none of ours.
    if (command === COMMAND.write) return;
    if (command === COMMAND.flush) reply(ERROR.none);
    else if (command !== COMMAND.read || length > MAX_READ_BYTES || offset + length > disk.size)
      reply(ERROR.invalid);
    else {
      const read = disk.read(offset, length).then(
        (data) => reply(ERROR.none, data),
        () => reply(ERROR.io),
      );
      reads.add(read);
      void read.then(() => reads.delete(read));
    }
    if (reads.size >= MAX_READS) await Promise.race(reads);
    await drained(stream);
  }
}

/** A name, which says nothing here, and what else is asked for. */
function isInfoRequest(data: Buffer): boolean {
  if (data.length < 6) return false;
  const name = data.readUInt32BE(0);
  return data.length >= 6 + name && data.length === 6 + name + 2 * data.readUInt16BE(4 + name);
}

function optionReply(option: number, kind: number, body: Uint8Array): Buffer {
  const head = Buffer.alloc(20);
  head.writeBigUInt64BE(OPTION_REPLY_MAGIC, 0);
  head.writeUInt32BE(option, 8);
  head.writeUInt32BE(kind, 12);
  head.writeUInt32BE(body.length, 16);
  return Buffer.concat([head, body]);
}

function exportInfo(size: number): Buffer {
  const info = Buffer.alloc(10);
  info.writeBigUInt64BE(BigInt(size), 0);
  info.writeUInt16BE(EXPORT_FLAGS, 8);
  return info;
}

/** The least that may be read, what is best, and the most. */
function blockSizes(): Buffer {
  const info = Buffer.alloc(14);
  info.writeUInt16BE(INFO.blockSize, 0);
  for (const [at, bytes] of [1, PIECE_BYTES, MAX_READ_BYTES].entries())
    info.writeUInt32BE(bytes, 2 + 4 * at);
  return info;
}

function simpleReply(cookie: Uint8Array, error: number): Buffer {
  const head = Buffer.alloc(SIMPLE_REPLY_BYTES);
  head.writeUInt32BE(SIMPLE_REPLY_MAGIC, 0);
  head.writeUInt32BE(error, 4);
  head.set(cookie, 8);
  return head;
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}
