/** What makes a node the same one over its restarts. It and the roster belong together: neither is any use alone. */
export interface IdentityStore {
  /** The private key; undefined before the first start. */
  load(): Promise<Uint8Array | undefined>;
  /** Durable when it resolves. */
  save(privateKey: Uint8Array): Promise<void>;
  /** How many times the node has started; 0 before the first start. */
  loadIncarnation(): Promise<number>;
  /** Durable when it resolves. */
  saveIncarnation(incarnation: number): Promise<void>;
}
