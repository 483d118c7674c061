import { casesOf, partsOf } from '../layout/layout.ts';
import { isBytes, plain, type Type, type TypeDefinition } from '../model/model.ts';
import type { Primitive } from '../syntax/tree.ts';
import type { Module } from './module.ts';
import { pascalCase } from './names.ts';
import { readValue, type Source } from './read-value.ts';
import { arrayText } from './type-text.ts';
import type { Sink } from './write-value.ts';

/** Reads from the `Reader` that the generated code calls `r`. */
export class CodecSource implements Source {
  readonly #module: Module;

  constructor(module: Module) {
    this.#module = module;
  }

  primitive(primitive: Primitive): string {
    return `r.${primitive}()`;
  }

  bytes(): string {
    return 'r.bytes()';
  }

  list(of: Type): string {
    const module = this.#module;
    const [items, count, index] = ['items', 'count', 'index'].map((each) => module.variable(each));
    module.code.line(`const ${count} = r.count(${minimumBytes(of)});`);
    module.code.line(`const ${items}: ${arrayText(module, of)} = [];`);
    module.code.block(`for (let ${index} = 0; ${index} < ${count}; ${index}++)`, () => {
      const value = readValue(module, of, this);
      module.code.line(`${items}.push(${value});`);
    });
    return items ?? '';
  }

  tag(cases: number): string {
    return `r.tag(${cases})`;
  }

  flags(count: number): string {
    return `r.tag(${2 ** count})`;
  }

  part(): Source {
    return this;
  }

  payload(): Source {
    return this;
  }

  named(definition: TypeDefinition): string {
    return `${this.#module.fromTypes(definition, `read${pascalCase(definition.name)}`)}(r)`;
  }

  badTag(tag: string): string {
    return `${this.#module.import('#posiv-wit/codec/errors.ts', 'unknownCase')}('a variant', ${tag})`;
  }
}

/** Writes to the `Writer` that the generated code calls `w`. */
export class CodecSink implements Sink {
  readonly #module: Module;

  constructor(module: Module) {
    this.#module = module;
  }

  primitive(primitive: Primitive, value: string): void {
    this.#module.code.line(`w.${primitive}(${value});`);
  }

  bytes(value: string): void {
    this.#module.code.line(`w.bytes(${value});`);
  }

  list(_of: Type, value: string, item: (sink: Sink, value: string) => void): void {
    const each = this.#module.variable('item');
    this.#module.code.line(`w.count(${value}.length);`);
    this.#module.code.block(`for (const ${each} of ${value})`, () => item(this, each));
  }

  tag(index: number, cases: number): void {
    this.#module.code.line(cases > 256 ? `w.count(${index});` : `w.u8(${index});`);
  }

  flags(count: number, bits: string): void {
    this.#module.code.line(count > 8 ? `w.count((${bits}) >>> 0);` : `w.u8(${bits});`);
  }

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
    this.#module.code.line(
      `${this.#module.fromTypes(definition, `write${pascalCase(definition.name)}`)}(w, ${value});`,
    );
    return true;
  }

  unknown(type: string, value: string): string {
    return `${this.#module.import('#posiv-wit/codec/errors.ts', 'unknownCase')}('${type}', ${value})`;
  }
}

/** The fewest bytes that a value of the type is encoded in: what keeps a list from promising more than there is. */
function minimumBytes(type: Type): number {
  const bare = plain(type);
  if (bare.kind === 'primitive')
    return bare.primitive === 'f32'
      ? 4
      : bare.primitive === 'f64'
        ? 8
        : bare.primitive === 's64'
          ? 2
          : 1;
  if (isBytes(type) || bare.kind === 'list') return 1;
  const parts = partsOf(type);
  if (parts !== undefined) return parts.reduce((sum, part) => sum + minimumBytes(part), 0);
  const cases = casesOf(type);
  return cases === undefined
    ? 1
    : 1 + Math.min(...cases.map((each) => (each === undefined ? 0 : minimumBytes(each))));
}
