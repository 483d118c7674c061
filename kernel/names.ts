import type { Registers } from '#kernel/registers.ts';
import { Reader } from '#posiv-wit/codec/reader.ts';
import { Writer } from '#posiv-wit/codec/writer.ts';
import type { ErrorCode } from '#posiv-wit/generated/kernel.ts';
import { readDurable, writeDurable, type Durable } from '#posiv-wit/generated/wire.ts';
import { err, ok, type Result } from '#posiv-wit/result.ts';

const NAME = /^[A-Za-z0-9._-]{1,128}$/;
const ATTEMPTS = 3; // against others who change the same name at the same time

export interface NamesComponents {
  readonly registers: Registers;
  /** Whether the vTask of a record lives; undefined when its node cannot be asked. */
  readonly isAlive: (durable: Durable, tenant: string) => Promise<boolean | undefined>;
}

/** The names of durable vTasks, each in a register. Each tenant has its own. */
export class Names {
  readonly #components: NamesComponents;

  constructor(components: NamesComponents) {
    this.#components = components;
  }

  /** Records a vTask under its name unless a living one bears it. Returns the record's fencing token. */
  async claim(
    tenant: string,
    durable: Omit<Durable, 'fencingToken'>,
  ): Promise<Result<number, ErrorCode>> {
    const { name } = durable;
    if (!NAME.test(name))
      return refused(`a name has 1 to 128 bytes of a-z A-Z 0-9 . _ -, '${name}' has not`);
    const { registers, isAlive } = this.#components;
    const key = keyOf(tenant, name);
    return this.#reach(async () => {
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        const { version, value } = await registers.read(key);
        if (value) {
          const bearer = decode(value);
          const alive = await isAlive(bearer, tenant);
          if (alive === undefined)
            return err({
              tag: 'unreachable',
              val: `node ${bearer.owner}, whose vTask ${bearer.vtid} bears the name '${name}'`,
            });
          if (alive)
            return refused(`the name '${name}' is borne by the living vTask ${bearer.vtid}`);
        }
        const fencingToken = version + 1;
        const after = await registers.swap(key, version, encode({ ...durable, fencingToken }));
        if (after.written) return ok(fencingToken);
      }
      return refused(`the name '${name}' is being claimed by others; try again`);
    });
  }

  /** The record of a name, whether or not its vTask still lives. */
  async find(tenant: string, name: string): Promise<Result<Durable, ErrorCode>> {
    if (!NAME.test(name)) return err({ tag: 'no-such-task' });
    return this.#reach(async () => {
      const { value } = await this.#components.registers.read(keyOf(tenant, name));
      return value ? ok(decode(value)) : err({ tag: 'no-such-task' });
    });
  }

  /** Frees a name if the record with this token still stands. */
  async free(tenant: string, name: string, fencingToken: number): Promise<void> {
    await this.#components.registers.swap(keyOf(tenant, name), fencingToken, undefined);
  }

  async #reach<T>(work: () => Promise<Result<T, ErrorCode>>): Promise<Result<T, ErrorCode>> {
    try {
      return await work();
    } catch (error) {
      return err({
        tag: 'unreachable',
        val: `the keeper of the name: ${(error as Error).message}`,
      });
    }
  }
}

const keyOf = (tenant: string, name: string): string => `name/${tenant}/${name}`;
const refused = (val: string): Result<never, ErrorCode> => err({ tag: 'refused', val });
const decode = (value: Uint8Array): Durable => readDurable(new Reader(value));

function encode(durable: Durable): Uint8Array {
  const writer = new Writer();
  writeDurable(writer, durable);
  return writer.take();
}
