import type { MachineError } from '#posiv-wit/generated/machine.ts';
import { err, ok, type Result } from '#posiv-wit/result.ts';

type Code = MachineError['tag'];

/** A call about a machine was not carried out; the codes are those of `posiv:machine/types`. */
export class MachineFault extends Error {
  readonly code:
    | 'no-machine'
    | 'refused'
    | 'no-backend'
    | 'unsupported'
    | 'full'
    | 'quota-exceeded'
    | 'not-ready'
    | 'failed'
    | 'store'
    | 'incompatible';

  constructor(code: Code, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'MachineFault';
    this.code = code;
  }
}

/** Runs what may throw, at the edge to those who are given results. What is none of ours is `failed`. */
export async function outcomeOf<T>(work: () => Promise<T>): Promise<Result<T, MachineError>> {
  try {
    return ok(await work());
  } catch (error) {
    const val = error instanceof Error ? error.message : String(error);
    const tag = error instanceof MachineFault ? error.code : 'failed';
    return err(tag === 'no-machine' ? { tag } : { tag, val });
  }
}
