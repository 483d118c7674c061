import { ExitSignal } from '../bind/exit-signal.ts';
import { answers, type WasiInterface } from './interface.ts';

export const EXIT: WasiInterface = {
  name: 'wasi:cli/exit',
  resources: [],
  functions: {
    exit: answers(() => (failed: number) => {
      throw new ExitSignal(failed === 0 ? 0 : 1);
    }),
    'exit-with-code': answers(() => (status: number) => {
      throw new ExitSignal(status & 0xff);
    }),
  },
};
