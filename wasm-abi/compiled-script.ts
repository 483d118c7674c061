import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';

/** The files of one script: its source, in ASCII, and what the engine has compiled it to. */
export const compiledFiles = (
  name: string,
): { readonly source: string; readonly compiled: string } => ({
  source: `${name}.js`,
  compiled: `${name}.code`,
});

/** What a script evaluates to: it is given the modules of Node that it asks for. */
type Main = (require: (module: string) => unknown) => void;

/**
 * Compiles all functions of a script, also those that nothing calls at first: the engine would compile them one by one where they
 * are called, while others wait.
 */
export function compileAll(source: string): Uint8Array {
  return allAtOnce(source).createCachedData(); // with the flags as they were: it is taken over by an engine with the same
}

function allAtOnce(source: string): Script {
  setFlagsFromString('--no-lazy');
  try {
    return new Script(source);
  } finally {
    setFlagsFromString('--lazy');
  }
}

/** Runs the script with these files: as it was compiled, where this process has the flags of one with lanes, else from its source. */
export function runCompiled(path: string): void {
  const { source, compiled } = compiledFiles(path);
  const script = new Script(readFileSync(source, 'latin1'), {
    filename: source,
    cachedData: readFileSync(compiled),
  });
  const main = script.runInThisContext() as Main;
  main((module) => process.getBuiltinModule(module));
}
