// Words of the NBD protocol (doc/proto.md of NetworkBlockDevice/nbd), of what a server of one export needs.

export const NBD_MAGIC = 0x4e42444d41474943n; // NBDMAGIC
export const OPTION_MAGIC = 0x49484156454f5054n; // IHAVEOPT
export const OPTION_REPLY_MAGIC = 0x3e889045565a9n;
export const REQUEST_MAGIC = 0x25609513;
export const SIMPLE_REPLY_MAGIC = 0x67446698;

/** Of the handshake: options are answered one by one, and no zeros are sent after an export. */
export const FIXED_NEWSTYLE = 1;
export const NO_ZEROES = 2;

export const OPTION = { exportName: 1, abort: 2, info: 6, go: 7 } as const;
export const REPLY = { ack: 1, info: 3, unsupported: 0x8000_0001, invalid: 0x8000_0003 } as const;
export const INFO = { export: 0, blockSize: 3 } as const;

/** Of an export: these flags are meant, it is read-only, and who connects twice sees the same. */
export const EXPORT_FLAGS = 1 | 2 | 256;

export const COMMAND = { read: 0, write: 1, disconnect: 2, flush: 3, cache: 5 } as const;
/** Errors, by their numbers of Linux. */
export const ERROR = { none: 0, permission: 1, io: 5, invalid: 22 } as const;

export const OPTION_BYTES = 16;
export const REQUEST_BYTES = 28;
export const SIMPLE_REPLY_BYTES = 16;
