import { answers, asks, type WasiInterface } from './interface.ts';

/** Arguments and environment as the vTask was given them; of the node's own nothing. There is no folder to be in. */
export const ENVIRONMENT: WasiInterface = {
  name: 'wasi:cli/environment',
  resources: [],
  functions: {
    'get-arguments': asks(['i32'], ({ args }, { memory }) => {
      const ask = (): void => {
        memory.ask(args.length * 8, 4);
        for (const text of args) memory.askText(text);
      };
      const put = (at: number): void => {
        const list = memory.allocate(args.length * 8, 4);
        for (const [index, text] of args.entries()) memory.putText(list + index * 8, text);
        memory.view.setUint32(at, list, true);
        memory.view.setUint32(at + 4, args.length, true);
      };
      return (out: number) => {
        memory.enter();
        return memory.store(ask, put, memory.at(out, 8, 4), args);
      };
    }),
    'get-environment': asks(['i32'], ({ environment }, { memory }) => {
      const ask = (): void => {
        memory.ask(environment.length * 16, 4);
        for (const text of environment.flat()) memory.askText(text);
      };
      const put = (at: number): void => {
        const list = memory.allocate(environment.length * 16, 4);
        for (const [index, [name, value]] of environment.entries()) {
          memory.putText(list + index * 16, name);
          memory.putText(list + index * 16 + 8, value);
        }
        memory.view.setUint32(at, list, true);
        memory.view.setUint32(at + 4, environment.length, true);
      };
      return (out: number) => {
        memory.enter();
        return memory.store(ask, put, memory.at(out, 8, 4), environment);
      };
    }),
    'initial-cwd': answers((_, { memory }) => (out: number) => {
      memory.enter();
      memory.view.setUint8(memory.at(out, 12, 4), 0);
    }),
  },
};
