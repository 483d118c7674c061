/**
 * Which durable vTasks of this node are to be made again elsewhere if it is lost, as others can find out then. The kernel
 * does not know where that is kept.
 */
export interface DurableList {
  /**
   * Notes one, durably before this resolves, on behalf of a vTask; in place of what was noted of the name before.
   * @throws {unreachable} those that keep it cannot be reached, or this node was taken for lost
   */
  add(entry: DurableEntry, vtid: string): Promise<void>;
  /** It need not be made again, unless it has been noted for another vTask since. Not durable at once. */
  remove(tenant: string, name: string, vtid: string): void;
  /** It has ended here, and is to be made again on another node, this time counted already. It stays noted until then. */
  handOver(entry: DurableEntry): void;
  /** How often it was made again of late has changed. Not durable at once. */
  count(entry: DurableEntry): void;
}

/** What a durable vTask is known by, among those of all tenants. */
export const keyOf = (tenant: string, name: string): string => `${tenant}/${name}`;

export interface DurableEntry {
  readonly tenant: string;
  readonly name: string;
  /** How often it was made again of late: whoever makes it again next counts on from there. */
  readonly restarts: number;
}
