import { exitSignal } from '../bind/exit-signal.ts';
import { answers, type WasiInterface } from './interface.ts';

export const EXIT: WasiInterface = {
  name: 'wasi:cli/exit',
  resources: [],
  functions: {
    exit: answers(() => (failed: number) => {
      throw exitSignal(failed === 0 ? 0 : 1);
    }),
    'exit-with-code': answers(() => (status: number) => {
      throw exitSignal(status & 0xff);
    }),
  },
};
