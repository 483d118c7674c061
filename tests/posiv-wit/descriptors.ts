import { functionNamed } from '#posiv-wit/functions.ts';
import type { FunctionDescriptor } from '#posiv-wit/function-descriptor.ts';
import type { FunctionDefinition } from '#posiv-wit/generate/model/model.ts';
import { loadPackages } from '#posiv-wit/generate/sources.ts';

/** Every function of POSIV: what the WIT says of it, and what was generated. */
export const everyFunction: readonly {
  definition: FunctionDefinition;
  descriptor: FunctionDescriptor;
}[] = loadPackages().flatMap((source) =>
  source.interfaces.flatMap((each) =>
    each.functions.map((definition) => ({
      definition,
      descriptor: needed(`${each.id}#${definition.name}`),
    })),
  ),
);

/** @throws {Error} where there is none */
export function needed(name: string): FunctionDescriptor {
  const descriptor = functionNamed(name);
  if (descriptor === undefined) throw new Error(`no function ${name}`);
  return descriptor;
}
