/**
 * A result that is the content of a file of the node: whoever asked reads it by itself where it can, and nobody copies it
 * from one process to another.
 */
export class LentFile {
  /** Under the node's data folder. */
  readonly path: string;
  /** The sha256 of its content in hex, by which whoever reads it verifies it. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** To be called when somebody could not read it, or found other bytes. */
  readonly unread: () => void;

  constructor(path: string, name: string, size: number, unread: () => void) {
    this.path = path;
    this.name = name;
    this.size = size;
    this.unread = unread;
  }
}
