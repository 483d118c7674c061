import { answers, type WasiFunction, type WasiInterface } from './interface.ts';
import { OutputStream } from './output.ts';
import { InputStream } from './streams.ts';

const noTerminal: WasiFunction = answers((_, { memory }) => (out: number) => {
  memory.enter();
  memory.view.setUint8(memory.at(out, 8, 4), 0);
});

function single(name: string, method: string, call: WasiFunction): WasiInterface {
  return { name: `wasi:cli/${name}`, resources: [], functions: { [method]: call } };
}

/** Standard input is at its end; output and errors go to the vTask's log; none of them is a terminal. */
export const STDIO: readonly WasiInterface[] = [
  single(
    'stdin',
    'get-stdin',
    answers(
      (_, { handles }) =>
        () =>
          handles.open(new InputStream()),
    ),
  ),
  single(
    'stdout',
    'get-stdout',
    answers(
      ({ output }, { handles }) =>
        () =>
          handles.open(new OutputStream(output, 'output')),
    ),
  ),
  single(
    'stderr',
    'get-stderr',
    answers(
      ({ output }, { handles }) =>
        () =>
          handles.open(new OutputStream(output, 'errors')),
    ),
  ),
  single('terminal-stdin', 'get-terminal-stdin', noTerminal),
  single('terminal-stdout', 'get-terminal-stdout', noTerminal),
  single('terminal-stderr', 'get-terminal-stderr', noTerminal),
  {
    name: 'wasi:cli/terminal-input',
    resources: ['terminal-input'],
    unheld: ['terminal-input'],
    functions: {},
  },
  {
    name: 'wasi:cli/terminal-output',
    resources: ['terminal-output'],
    unheld: ['terminal-output'],
    functions: {},
  },
];
