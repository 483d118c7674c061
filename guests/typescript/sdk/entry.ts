import * as kernel from 'posiv:kernel/ipc@0.1.0';
import type { Completion, Message, Notice, Request } from 'posiv:kernel/ipc@0.1.0';
import { answer, dispatch, eventOf } from './event.ts';
import type { Event, Outcome } from './event.ts';
import { registry } from './registry.ts';

/** What a user's module is: `run`, and registrations beside it. */
export interface UserModule {
  /** Returns the status; nothing stands for 0. What it throws ends the vTask as `failed`. */
  run?: (cmd: string[]) => number | void;
}

/** The two interfaces that a vTask exports, made of a user's module. */
export function adapt(module: UserModule) {
  return {
    program: {
      run(cmd: string[]): number {
        registry.live = true;
        for (const identity of registry.rpcs.keys()) kernel.registerRpc(identity);
        for (const identity of registry.msgs.keys()) kernel.registerMsg(identity);
        return module.run?.(cmd) ?? 0;
      },
    },
    handlers: {
      onRpc(request: Request): Outcome {
        return answer(
          eventOf({ tag: 'request', val: request }) as Extract<Event, { kind: 'request' }>,
        );
      },
      onMsg(message: Message): void {
        dispatch(eventOf({ tag: 'message', val: message }));
      },
      onCompletion(completion: Completion): void {
        dispatch(eventOf({ tag: 'completion', val: completion }));
      },
      onNotice(notice: Notice): void {
        dispatch(eventOf({ tag: 'notice', val: notice }));
      },
    },
  };
}
