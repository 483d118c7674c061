import { hasPointer } from '../layout/flatten.ts';
import { layoutOf } from '../layout/layout.ts';
import type { Type, TypeDefinition } from '../model/model.ts';
import type { Primitive } from '../syntax/tree.ts';
import type { Module } from './module.ts';
import { pascalCase } from './names.ts';
import type { Sink } from './write-value.ts';

/** Asks the `GuestMemory` that the generated code calls `m` for the room that `MemorySink` and `FlatSink` take, in their order. */
export class RoomSink implements Sink {
  readonly #module: Module;

  constructor(module: Module) {
    this.#module = module;
  }

  readonly omits = (type: Type): boolean => !hasPointer(type);

  primitive(_: Primitive, text: string): void {
    this.#module.code.line(`m.askText(${text});`);
  }

  bytes(value: string): void {
    this.#module.code.line(`m.askBytes(${value});`);
  }

  list(of: Type, value: string, item: (sink: Sink, value: string) => void): void {
    const { code } = this.#module;
    const { size, align } = layoutOf(of);
    code.line(`m.ask(${value}.length * ${size}, ${align});`);
    if (this.omits(of)) return;
    const each = this.#module.variable('item');
    code.block(`for (const ${each} of ${value})`, () => item(this, each));
  }

  tag(): void {}

  flags(): void {}

  part(): Sink {
    return this;
  }

  choice(): Sink {
    return this;
  }

  payload(): Sink {
    return this;
  }

  named(definition: TypeDefinition, value: string): boolean {
    const ask = this.#module.fromFunctions(definition, `ask${pascalCase(definition.name)}`);
    this.#module.code.line(`${ask}(m, ${value});`);
    return true;
  }

  unknown(type: string, value: string): string {
    return `${this.#module.import('#posiv-wit/abi/trap.ts', 'notOfType')}('${type}', ${value})`;
  }
}
