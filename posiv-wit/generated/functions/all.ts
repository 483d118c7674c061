// Made from posiv-wit/wit by `npm run generate`: not to be edited.
import type { FunctionDescriptor } from '#posiv-wit/function-descriptor.ts';
import { FUNCTIONS as ADMIN } from '#posiv-wit/generated/functions/admin.ts';
import { FUNCTIONS as CLUSTER } from '#posiv-wit/generated/functions/cluster.ts';
import { FUNCTIONS as KERNEL } from '#posiv-wit/generated/functions/kernel.ts';
import { FUNCTIONS as MACHINE } from '#posiv-wit/generated/functions/machine.ts';
import { FUNCTIONS as MANAGERS } from '#posiv-wit/generated/functions/managers.ts';
import { FUNCTIONS as MAPREDUCE } from '#posiv-wit/generated/functions/mapreduce.ts';
import { FUNCTIONS as VSTORE } from '#posiv-wit/generated/functions/vstore.ts';
import { FUNCTIONS as WIRE } from '#posiv-wit/generated/functions/wire.ts';

export const ALL_FUNCTIONS: readonly FunctionDescriptor[] = [...ADMIN, ...CLUSTER, ...KERNEL, ...MACHINE, ...MANAGERS, ...MAPREDUCE, ...VSTORE, ...WIRE];
