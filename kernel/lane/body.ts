import type { Event, HandlersCalls, Outcome } from '#posiv-wit/generated/kernel.ts';
import type { Awaitable, Result } from '#posiv-wit/result.ts';

/** What runs inside a vTask: a program in the sandbox, or a program outside that speaks over the control API. */
export interface Body {
  /** Runs it. Rejects with what it trapped on. */
  run(cmd: readonly string[]): Awaitable<Result<number, string>>;
  /** What answers, if the program is a service. */
  readonly handlers: HandlersCalls | undefined;
  /** Bytes of linear memory that it holds. */
  memoryBytes(): number;
  /** Changes the pages of 64 KiB that it may come to hold. */
  limitMemory?(maxPages: number): void;
  /**
   * To be called when the vTask has exited by itself: what it ran in is used again for another, if it can be. Nothing of it
   * is called any more.
   * @returns bytes of memory that are left to be collected
   */
  release?(): number;
  /**
   * To be called when the vTask has ended, after that: where what it ran in is not used again, what it held goes back to the system, some
   * of it at each step.
   * @returns at each step the bytes that were given back
   */
  discard?(): Iterator<number> | undefined;
  /**
   * Of a service in which no call is, and that has had nothing to do for a while: gives up what it runs in, until a handler is
   * called. Whether it did shows in nothing but what a lane holds.
   * @returns bytes of memory that are left to be collected
   */
  hibernate?(): number;
}

/** Gives an event to the handler that is for it. */
export function handle(handlers: HandlersCalls, event: Event): Awaitable<Outcome | void> {
  switch (event.tag) {
    case 'request':
      return handlers.onRpc(event.val);
    case 'message':
      return handlers.onMsg(event.val);
    case 'completion':
      return handlers.onCompletion(event.val);
    case 'notice':
      return handlers.onNotice(event.val);
  }
}
