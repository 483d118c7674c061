import type { GuestMemory } from '#posiv-wit/abi/guest-memory.ts';
import { trap } from '#posiv-wit/abi/trap.ts';
import { answers, waits, waitsAndAsks, type WasiInterface } from './interface.ts';
import { Pollable, untilReady } from './pollable.ts';

/** A program waits for a clock or two and some streams. */
const MAX_POLLABLES = 1_024;

export const POLL: WasiInterface = {
  name: 'wasi:io/poll',
  resources: ['pollable'],
  functions: {
    '[method]pollable.ready': answers((_, { handles }) => (self: number) => {
      return handles.get(self, Pollable).isReady() ? 1 : 0;
    }),

    '[method]pollable.block': waits(({ sources }, { handles }) => (self: number) => {
      const pollable = handles.get(self, Pollable);
      return pollable.isReady() ? undefined : untilReady(sources, [pollable]);
    }),

    poll: waitsAndAsks(
      ['i32', 'i32', 'i32'],
      ({ sources }, { memory, handles }) =>
        (list: number, count: number, out: number) => {
          memory.enter();
          if (count === 0) trap('wasi:io/poll was given no pollables');
          if (count >>> 0 > MAX_POLLABLES) trap(`more than ${MAX_POLLABLES} pollables`);
          const from = memory.items(list, count, 4, 4);
          const pollables = Array.from({ length: count }, (__, index) =>
            handles.get(memory.view.getUint32(from + index * 4, true), Pollable),
          );
          const finish = (): number => {
            memory.enter();
            const ready = pollables.flatMap((each, index) => (each.isReady() ? [index] : []));
            return memory.store(
              (numbers: readonly number[]) => memory.ask(numbers.length * 4, 4),
              (at: number, numbers: readonly number[]) => putList(memory, at, numbers),
              memory.at(out, 8, 4),
              ready,
            );
          };
          if (pollables.some((each) => each.isReady())) return finish();
          return untilReady(sources, pollables).then(finish);
        },
    ),
  },
};

function putList(memory: GuestMemory, at: number, numbers: readonly number[]): void {
  const items = memory.allocate(numbers.length * 4, 4);
  for (const [place, each] of numbers.entries())
    memory.view.setUint32(items + place * 4, each, true);
  memory.view.setUint32(at, items, true);
  memory.view.setUint32(at + 4, numbers.length, true);
}
