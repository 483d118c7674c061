import { answers, noHandle, type WasiInterface } from './interface.ts';

/** No folder is opened for a vTask, and a file can only be reached from a folder: there are no descriptors. */
export const PREOPENS: WasiInterface = {
  name: 'wasi:filesystem/preopens',
  resources: [],
  functions: {
    'get-directories': answers((_, { memory }) => (out: number) => {
      memory.enter();
      const at = memory.at(out, 8, 4);
      memory.view.setUint32(at, 4, true); // an empty list lies anywhere that is aligned
      memory.view.setUint32(at + 4, 0, true);
    }),
  },
};

export const FILESYSTEM_TYPES: WasiInterface = {
  name: 'wasi:filesystem/types',
  resources: ['descriptor', 'directory-entry-stream'],
  unheld: ['descriptor', 'directory-entry-stream'],
  functions: {
    // There are no errors to ask for it.
    'filesystem-error-code': noHandle,
  },
};
