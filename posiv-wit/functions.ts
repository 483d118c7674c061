import type { FunctionDescriptor } from './function-descriptor.ts';
import { ALL_FUNCTIONS } from './generated/functions/all.ts';

const byName = new Map(ALL_FUNCTIONS.map((each) => [each.name, each]));
const byInterface = Map.groupBy(ALL_FUNCTIONS, (each) => each.interface);

/** The function of a name such as `posiv:kernel/ipc@0.1.0#rpc`. */
export function functionNamed(name: string): FunctionDescriptor | undefined {
  return byName.get(name);
}

/** The functions of an interface such as `posiv:kernel/ipc@0.1.0`; none where it is not one of POSIV's. */
export function functionsOf(interfaceName: string): readonly FunctionDescriptor[] {
  return byInterface.get(interfaceName) ?? [];
}
