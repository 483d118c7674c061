/** What a job needs of the system; `system-cloud.ts` has it of POSIV. */
export interface Cloud {
  /** Ids of the nodes that can be reached now. */
  nodes(): string[];
  /**
   * Makes and starts a vTask; `died` is called once if it dies, is killed or is lost.
   * @throws an error with a `code`
   */
  start(image: string, cmd: string[], node: string, died: (cause: string) => void): string;
  /** Asks a vTask; `done` is called once, later. @throws {quota-exceeded} */
  ask(vtid: string, identity: string, args: unknown, done: Done): void;
  /** Ends a vTask, whatever has become of it. */
  kill(vtid: string): void;
  /** Binds the result. @throws an error with a `code` */
  bind(path: string, blob: string): void;
  /** Drops a scratch blob, if it is still there. */
  release(blob: string): void;
  /** Tells people. */
  say(text: string): void;
  /** Milliseconds; only differences matter. */
  now(): number;
}

export type Done = (error: Error | undefined, result: Record<string, unknown>) => void;
