import type { Package } from '../model/model.ts';
import { upperCase } from './names.ts';
import { GENERATED } from './module.ts';

/** The file that joins the functions of all packages. */
export function emitFunctionsIndex(packages: readonly Package[]): string {
  const withFunctions = packages.filter((each) =>
    each.interfaces.some((one) => one.functions.length > 0),
  );
  const imports = withFunctions.map(
    (each) =>
      `import { FUNCTIONS as ${upperCase(each.name)} } from '#posiv-wit/generated/functions/${each.name}.ts';`,
  );
  return [
    GENERATED.trimEnd(),
    "import type { FunctionDescriptor } from '#posiv-wit/function-descriptor.ts';",
    ...imports,
    '',
    `export const ALL_FUNCTIONS: readonly FunctionDescriptor[] = [${withFunctions.map((each) => `...${upperCase(each.name)}`).join(', ')}];`,
    '',
  ].join('\n');
}
