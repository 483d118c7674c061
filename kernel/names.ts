import type { Registers } from '#kernel/registers.ts';
import { Reader } from '#posiv-wit/codec/reader.ts';
import { Writer } from '#posiv-wit/codec/writer.ts';
import type { ErrorCode } from '#posiv-wit/generated/kernel.ts';
import {
  readDurable,
  writeDurable,
  type Bearing,
  type Durable,
} from '#posiv-wit/generated/wire.ts';
import { err, ok, type Result } from '#posiv-wit/result.ts';

const NAME = /^[A-Za-z0-9._-]{1,128}$/;
const ATTEMPTS = 3; // against others who change the same name at the same time

export interface NamesComponents {
  readonly registers: Registers;
  /** How it stands with the vTask of a record; undefined when its node cannot be asked. */
  readonly bearing: (durable: Durable, tenant: string) => Promise<Bearing | undefined>;
}

/** The names of durable vTasks, each in a register. Each tenant has its own. */
export class Names {
  readonly #components: NamesComponents;

  constructor(components: NamesComponents) {
    this.#components = components;
  }

  /**
   * Records a vTask under its name unless another one bears it. Returns the record's fencing token.
   * @param renews the token of the record that it takes the place of, for one that is made again: else `no-such-task`
   */
  async claim(
    tenant: string,
    durable: Omit<Durable, 'fencingToken'>,
    renews?: number,
  ): Promise<Result<number, ErrorCode>> {
    const { name } = durable;
    if (!NAME.test(name))
      return refused(`a name has 1 to 128 bytes of a-z A-Z 0-9 . _ -, '${name}' has not`);
    const { registers } = this.#components;
    const key = keyOf(tenant, name);
    const swap = async (version: number): Promise<number | undefined> => {
      const fencingToken = version + 1;
      const after = await registers.swap(key, version, encode({ ...durable, fencingToken }));
      return after.written ? fencingToken : undefined;
    };
    return this.#reach(async () => {
      if (renews !== undefined) {
        const token = await swap(renews);
        return token === undefined ? err({ tag: 'no-such-task' }) : ok(token);
      }
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        const { version, value } = await registers.read(key);
        const borne = value && (await this.#borne(decode(value), tenant));
        if (borne) return err(borne);
        const token = await swap(version);
        if (token !== undefined) return ok(token);
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

  /** Frees a name if its record is still to be freed. @throws {unreachable} */
  async free(tenant: string, name: string, isOver: (bearer: Durable) => boolean): Promise<void> {
    const { registers } = this.#components;
    const key = keyOf(tenant, name);
    for (;;) {
      const { version, value } = await registers.read(key);
      if (!value || !isOver(decode(value))) return;
      if ((await registers.swap(key, version, undefined)).written) return;
    }
  }

  /** Why a name with this record cannot be claimed; undefined if it can. */
  async #borne(bearer: Durable, tenant: string): Promise<ErrorCode | undefined> {
    const { name, vtid, owner } = bearer;
    switch (await this.#components.bearing(bearer, tenant)) {
      case 'living':
      case 'making':
        return { tag: 'refused', val: `the name '${name}' is borne by the living vTask ${vtid}` };
      case 'returning':
        return {
          tag: 'refused',
          val: `the name '${name}' is borne by the vTask ${vtid}, which has ended and is being made again`,
        };
      case 'gone':
        return undefined;
      case undefined:
        return {
          tag: 'unreachable',
          val: `node ${owner}, whose vTask ${vtid} bears the name '${name}'`,
        };
    }
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

// Those of a version before failover stand under name/: they say too little, and named vTasks that ended with their nodes.
const keyOf = (tenant: string, name: string): string => `durable/${tenant}/${name}`;
const refused = (val: string): Result<never, ErrorCode> => err({ tag: 'refused', val });
const decode = (value: Uint8Array): Durable => readDurable(new Reader(value));

function encode(durable: Durable): Uint8Array {
  const writer = new Writer();
  writeDurable(writer, durable);
  return writer.take();
}
