import { emitFunctions, passedTypes } from './emit/functions-file.ts';
import { emitFunctionsIndex } from './emit/functions-index.ts';
import { emitTypes } from './emit/types-file.ts';
import type { Package } from './model/model.ts';

/** Every file that is made from the packages: path from the root of the repository, and text. */
export function outputsOf(packages: readonly Package[]): Map<string, string> {
  const outputs = new Map<string, string>();
  const passed = passedTypes(packages);
  for (const each of packages) {
    outputs.set(`posiv-wit/generated/${each.name}.ts`, emitTypes(each));
    if (
      each.interfaces.some(
        (one) => one.functions.length > 0 || one.types.some((type) => passed.has(type)),
      )
    ) {
      outputs.set(`posiv-wit/generated/functions/${each.name}.ts`, emitFunctions(each, passed));
    }
  }
  outputs.set('posiv-wit/generated/functions/all.ts', emitFunctionsIndex(packages));
  return outputs;
}
