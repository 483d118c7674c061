/** One file of a folder. */
export interface DiskEntry {
  readonly name: string;
  readonly folder: boolean;
  /** In bytes, 0 for a folder. */
  readonly size: number;
}

/** A file that is only ever appended to. */
export interface LogFile {
  /** In bytes. */
  size(): number;
  read(offset: number, target: Uint8Array): Promise<number>;
  /** Writes all of it at the end, or throws after having written any part of it. */
  append(bytes: Uint8Array): Promise<void>;
  /** What was appended and cut survives a loss of power from here on. */
  sync(): Promise<void>;
  truncate(size: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * All that vStore asks of a disk, so that a simulated one can stand in. Paths are relative, with `/`. Every method may
 * throw `full` (no space, with nothing left behind) or `not-found`; anything else is a failure of the disk.
 */
export interface Disk {
  /** Fills `target` from a file, with one read where the system allows it; gives how many bytes there were. */
  read(path: string, offset: number, target: Uint8Array): Promise<number>;

  /**
   * Makes a file, whole or not at all, in place of any other of its name. With `durable` it survives a loss of power once
   * this resolves. Missing folders are made.
   */
  write(path: string, bytes: Uint8Array, durable: boolean): Promise<void>;

  /** Opens a file to append to, durably making it where there is none. */
  openLog(path: string): Promise<LogFile>;

  /** Durable; the target's folder is made where it is missing. */
  rename(from: string, to: string): Promise<void>;

  /** Removes a file; nothing happens where there is none. Not durable at once. */
  remove(path: string): Promise<void>;

  /** Removes a folder with everything in it; nothing happens where there is none. */
  removeFolder(path: string): Promise<void>;

  /** What is in a folder, in no order; nothing where there is no folder. */
  list(path: string): Promise<readonly DiskEntry[]>;

  /** Bytes that may still be written. */
  free(): Promise<number>;

  close(): Promise<void>;
}
