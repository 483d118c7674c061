import { Script } from 'node:vm';
import { BuildFailedError } from '../errors.ts';
import { boundTables } from './bound-tables.ts';
import { withoutOwnLowerings } from './own-lowerings.ts';

/** The transpiler's JavaScript, as a lane takes it. */
export interface GlueCode {
  /** A script whose value is the module's `instantiate`: unlike a module, what a script made can be collected. */
  readonly source: Uint8Array;
  /** The same, as the engine of this process has compiled it: to take it over takes a lane's thread a sixth of the time. */
  readonly compiled: Uint8Array;
}

/**
 * Makes such code of the transpiler's module.
 * @throws {build-failed} where that is not as it was when this was written, or no JavaScript
 */
export function glueCode(module: string): GlueCode {
  const whole = asExpression(boundTables(module));
  const less = withoutOwnLowerings(whole);
  const [text, script] = firstScript([compiledAtOnce(less), less, whole]);
  return { source: new TextEncoder().encode(text), compiled: script.createCachedData() };
}

function asExpression(module: string): string {
  const body = module
    .replaceAll(/^export (?=function |const )/gm, '')
    .replaceAll('import.meta.url', "'about:blank'");
  return `(function () {\n"use strict";\n${body}\nreturn instantiate;\n})()`;
}

/**
 * The expression with `instantiate` in parentheses, by which the engine takes a function for one that is called at once: it compiles it with the
 * script, and keeps it with what it has compiled of that. It is most of the code, and would be parsed once more at its first call.
 */
function compiledAtOnce(expression: string): string {
  const end = expression.lastIndexOf('\n};\n');
  const head = expression.slice(0, end);
  return `${head.replace(/^function instantiate\(/m, 'const instantiate = (function instantiate(')}\n});${expression.slice(end + 3)}`;
}

/** @throws {build-failed} none is one */
function firstScript(texts: readonly string[]): readonly [string, Script] {
  let reason: unknown;
  for (const text of texts) {
    try {
      return [text, new Script(text)]; // parsed, not run
    } catch (error) {
      reason = error;
    }
  }
  throw new BuildFailedError('transpile', `its output is no script: ${String(reason)}`);
}
