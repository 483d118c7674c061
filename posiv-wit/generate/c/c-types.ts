import type { Code } from '../emit/code.ts';
import { snakeCase, upperCase } from '../emit/names.ts';
import { flagsSize, layoutOf, layoutOfCases, layoutOfParts, tagSize } from '../layout/layout.ts';
import { isBytes, type Case, type Field, type Type, type TypeDefinition } from '../model/model.ts';
import { definitionName, memberName, typeName } from './c-names.ts';

// The layout of C on wasm32 is that of the Canonical ABI where the fields have the same order. Assertions hold both
// together.

const TAGS = { 1: 'uint8_t', 2: 'uint16_t', 4: 'uint32_t' } as const;

/** Writes the C types of packages, each after those that it is made of. */
export class CTypes {
  readonly #code: Code;
  readonly #written = new Map<string, TypeDefinition | 'structural'>();

  constructor(code: Code) {
    this.#code = code;
  }

  /** Writes what a type needs, unless it has been written. */
  need(type: Type | undefined): void {
    if (type === undefined || type.kind === 'primitive') return;
    if (type.kind === 'named') {
      if (this.#claim(definitionName(type.definition), type.definition))
        this.#definition(type.definition);
      return;
    }
    const parts =
      type.kind === 'tuple'
        ? type.items
        : type.kind === 'result'
          ? [type.ok, type.error]
          : [type.of];
    if (!isBytes(type)) parts.forEach((part) => this.need(part));
    if (this.#claim(typeName(type), 'structural')) this.#structural(type);
  }

  #claim(name: string, owner: TypeDefinition | 'structural'): boolean {
    const known = this.#written.get(name);
    if (known !== undefined && known !== owner)
      throw new Error(`two types are called ${name} in C`);
    this.#written.set(name, owner);
    return known === undefined;
  }

  #definition(definition: TypeDefinition): void {
    const { body } = definition;
    const name = definitionName(definition);
    const code = this.#code;
    const type: Type = { kind: 'named', definition };
    if (body.kind === 'alias') {
      this.need(body.of);
      code.docs(definition.docs);
      code.line(`typedef ${typeName(body.of)} ${name};`);
    } else if (body.kind === 'enum' || body.kind === 'flags') {
      const members = body.kind === 'enum' ? body.cases : body.flags;
      code.docs(definition.docs);
      code.line(
        `typedef ${TAGS[body.kind === 'enum' ? tagSize(members.length) : flagsSize(members.length)]} ${name};`,
      );
      this.#constants(definition, members, body.kind === 'flags');
    } else if (body.kind === 'record') {
      body.fields.forEach((field) => this.need(field.type));
      code.docs(definition.docs);
      this.#struct(name, body.fields);
    } else {
      body.cases.forEach((each) => this.need(each.type));
      this.#constants(definition, body.cases, false);
      code.docs(definition.docs);
      this.#variant(name, body.cases, type);
    }
    code.line();
  }

  #constants(definition: TypeDefinition, members: readonly Case[], bits: boolean): void {
    this.#code.block(
      'enum',
      () => {
        members.forEach((each, index) => {
          this.#code.docs(each.docs);
          const name = `POSIV_${upperCase(definition.name)}_${upperCase(each.name)}`;
          this.#code.line(`${name} = ${bits ? `1 << ${index}` : index},`);
        });
      },
      ';',
    );
  }

  #struct(name: string, fields: readonly Pick<Field, 'name' | 'docs' | 'type'>[]): void {
    const code = this.#code;
    code.block(
      'typedef struct',
      () => {
        for (const field of fields) {
          code.docs(field.docs);
          code.line(`${typeName(field.type)} ${memberName(field.name)};`);
        }
      },
      ` ${name};`,
    );
    const layout = layoutOfParts(fields.map((field) => field.type));
    this.#assertSize(name, layout.size);
    fields.forEach((field, index) =>
      this.#assertOffset(name, memberName(field.name), layout.offsets[index] ?? 0),
    );
  }

  #variant(name: string, cases: readonly Case[], type: Type): void {
    const payloads = cases.filter((each) => each.type !== undefined);
    const code = this.#code;
    code.block(
      'typedef struct',
      () => {
        code.line(`${TAGS[tagSize(cases.length)]} tag;`);
        if (payloads.length === 0) return;
        code.block(
          'union',
          () => {
            for (const each of payloads)
              code.line(`${typeName(each.type as Type)} ${memberName(each.name)};`);
          },
          ' val;',
        );
      },
      ` ${name};`,
    );
    this.#assertSize(name, layoutOf(type).size);
    if (payloads.length > 0)
      this.#assertOffset(name, 'val', layoutOfCases(cases.map((each) => each.type)).payload);
  }

  #structural(type: Exclude<Type, { kind: 'primitive' | 'named' }>): void {
    const code = this.#code;
    const name = typeName(type);
    if (type.kind === 'list') {
      code.line(`typedef struct {\n  ${typeName(type.of)} *ptr;\n  size_t len;\n} ${name};`);
    } else if (type.kind === 'tuple') {
      this.#struct(
        name,
        type.items.map((item, index) => ({ name: `f${index}`, docs: '', type: item })),
      );
      return code.line();
    } else if (type.kind === 'option') {
      code.line(`typedef struct {\n  bool is_some;\n  ${typeName(type.of)} val;\n} ${name};`);
      this.#assertOffset(name, 'val', layoutOfCases([undefined, type.of]).payload);
    } else {
      code.block(
        'typedef struct',
        () => {
          code.line('bool is_error;');
          if (type.ok === undefined && type.error === undefined) return;
          code.block(
            'union',
            () => {
              if (type.ok !== undefined) code.line(`${typeName(type.ok)} ok;`);
              if (type.error !== undefined) code.line(`${typeName(type.error)} error;`);
            },
            ' val;',
          );
        },
        ` ${name};`,
      );
      if (type.ok ?? type.error)
        this.#assertOffset(name, 'val', layoutOfCases([type.ok, type.error]).payload);
    }
    this.#assertSize(name, layoutOf(type).size);
    code.line();
  }

  #assertSize(name: string, size: number): void {
    this.#code.line(`_Static_assert(sizeof(${name}) == ${size}, "canonical ABI");`);
  }

  #assertOffset(name: string, member: string, offset: number): void {
    this.#code.line(`_Static_assert(offsetof(${name}, ${member}) == ${offset}, "canonical ABI");`);
  }
}

/** For names of functions: `posiv_ipc_rpc`. */
export function functionName(interfaceName: string, name: string): string {
  return `posiv_${snakeCase(interfaceName)}_${snakeCase(name)}`;
}
