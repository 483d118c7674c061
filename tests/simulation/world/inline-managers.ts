import type { Random } from '#kernel/random.ts';
import { ManagerInstance } from '#node/managers/manager-instance.ts';
import type { StartManager } from '#node/managers/plugged-manager.ts';
import type { ManagerPrograms } from './manager-programs.ts';
import { Pipe } from './pipe.ts';
import type { Process } from './process.ts';

// Longer than on an idle processor, where most take less than a tenth: more happens while a decision is taken.
const LONGEST_MS = 5;
// The first question finds no instance.
const LOADS_MS = 50;
// From one thread to another.
const LONGEST_HOP_MS = 0.1;

export interface InlineManagersComponents {
  readonly process: Process;
  readonly random: Random;
  readonly programs: ManagerPrograms;
  /** Told of each answer that a component has given. */
  readonly decided: (functionName: string, value: unknown) => void;
}

/** Gives each manager a simulated thread, with an instance of its own. */
export function inlineManagers(components: InlineManagersComponents): StartManager {
  const { process, random, programs, decided } = components;
  return (program, answered) => {
    const thread = process.thread();
    const [down, up] = [new Pipe(process.timeline), new Pipe(process.timeline)];
    let isLoaded = false;
    let usedMs = 0;
    const instance = new ManagerInstance(() => programs.load(program));
    const hop = (): number => random.next() * LONGEST_HOP_MS;
    return {
      ask(given) {
        const call = structuredClone(given);
        down.push(hop(), () =>
          thread.take(() => {
            const takesMs = random.next() * (isLoaded ? LONGEST_MS : LOADS_MS);
            usedMs += takesMs;
            thread.spend(takesMs);
            isLoaded = true;
            // It takes microtasks alone, all of which run before anything else is simulated.
            void instance.answer(call).then((answer) =>
              thread.soon(() => {
                if ('value' in answer) decided(call.functionName, answer.value);
                up.push(hop(), () => process.main.take(() => answered(answer)));
              }),
            );
          }),
        );
      },
      usedMs: async () => usedMs,
      async terminate() {
        thread.end();
      },
    };
  };
}
