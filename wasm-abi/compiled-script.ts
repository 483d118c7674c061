import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';

/** The files of one script: its source, in ASCII, and what the engine has compiled it to. */
export const compiledFiles = (
  name: string,
): { readonly source: string; readonly code: string } => ({
  source: `${name}.js`,
  code: `${name}.code`,
});

/** What a script evaluates to: it is given the modules of Node that it asks for. */
type Main = (require: (module: string) => unknown) => void;

/**
 * Compiles all functions of a script, also those that nothing calls at first: the engine would compile them one by one where they
 * are called, while others wait.
 */
export function compileAll(source: string): Uint8Array {
  setFlagsFromString('--no-lazy');
  try {
    const script = new Script(source);
    setFlagsFromString('--lazy'); // what it is taken over by is an engine with the same flags
    return script.createCachedData();
  } finally {
    setFlagsFromString('--lazy');
  }
}

/** Runs the script with these files: as it was compiled, where this process has the flags of one with lanes, else from its source. */
export function runCompiled(path: string): void {
  const { source, code } = compiledFiles(path);
  const script = new Script(readFileSync(source, 'latin1'), {
    filename: source,
    cachedData: readFileSync(code),
  });
  const main = script.runInThisContext() as Main;
  main((module) => process.getBuiltinModule(module));
}
