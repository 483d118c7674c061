import type { Task } from '#kernel/lane/task.ts';
import type { Runner } from '#kernel/scheduler/scheduler.ts';

interface Timed {
  readonly task: Task;
  readonly runner: Runner;
}

/** A way into a vTask's code: taken when it is its turn, and on its account until it returns or is suspended. */
export function entering<P extends readonly unknown[], R>(
  { task, runner }: Timed,
  call: (...params: P) => R | Promise<R>,
): (...params: P) => Promise<R> {
  return async (...params) => {
    const turn = runner.admit();
    if (turn) {
      await turn;
      task.refuseIfEnded();
    }
    runner.enter();
    try {
      const result = call(...params);
      runner.leave();
      return await result;
    } finally {
      runner.leave();
    }
  };
}

/** What a vTask's stack is suspended in: it goes on when it is its turn. */
export async function returning<R>({ runner }: Timed, result: PromiseLike<R>): Promise<R> {
  runner.leave();
  try {
    const value = await result;
    const turn = runner.admit();
    if (turn) await turn;
    return value;
  } finally {
    runner.enter();
  }
}
