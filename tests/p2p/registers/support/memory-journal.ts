import type { AcceptorJournal } from '#p2p/registers/acceptor-log.ts';

/** A journal in memory: what was appended is durable when the test says so. */
export class MemoryJournal implements AcceptorJournal {
  records: Uint8Array[] = [];
  compactions = 0;
  held: (() => void)[] | undefined;
  failing: Error | undefined;

  get size(): number {
    return this.records.reduce((sum, record) => sum + record.length, 0);
  }

  async append(record: Uint8Array, apply: () => void): Promise<void> {
    if (this.failing !== undefined) throw this.failing;
    if (this.held !== undefined) await new Promise<void>((resolve) => this.held?.push(resolve));
    this.records.push(record);
    apply();
  }

  async compact(snapshot: () => Iterable<Uint8Array>): Promise<void> {
    this.records = [...snapshot()];
    this.compactions += 1;
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
