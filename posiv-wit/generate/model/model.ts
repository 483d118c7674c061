import type { Primitive } from '../syntax/tree.ts';

/** A package with every name looked up. */
export interface Package {
  /** For example `posiv:kernel@0.1.0`. */
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly version: string | undefined;
  readonly interfaces: readonly Interface[];
  readonly worlds: readonly World[];
}

interface Documented {
  readonly docs: string;
  readonly since: string | undefined;
}

export interface Interface extends Documented {
  readonly name: string;
  /** For example `posiv:kernel/ipc@0.1.0`. */
  readonly id: string;
  readonly packageName: string;
  /** In the order of the text; what it takes by `use` is not among them. */
  readonly types: readonly TypeDefinition[];
  readonly functions: readonly FunctionDefinition[];
}

export interface TypeDefinition extends Documented {
  readonly name: string;
  /** The name of the package and the interface that define it. */
  readonly packageName: string;
  readonly interfaceName: string;
  readonly body: Body;
}

export type Body =
  | { readonly kind: 'alias'; readonly of: Type }
  | { readonly kind: 'record'; readonly fields: readonly Field[] }
  | { readonly kind: 'variant'; readonly cases: readonly Case[] }
  | { readonly kind: 'enum'; readonly cases: readonly Case[] }
  | { readonly kind: 'flags'; readonly flags: readonly Case[] };

export interface Field extends Documented {
  readonly name: string;
  readonly type: Type;
}

export interface Case extends Documented {
  readonly name: string;
  readonly type: Type | undefined;
}

export type Type =
  | { readonly kind: 'primitive'; readonly primitive: Primitive }
  | { readonly kind: 'named'; readonly definition: TypeDefinition }
  | { readonly kind: 'list'; readonly of: Type }
  | { readonly kind: 'option'; readonly of: Type }
  | { readonly kind: 'result'; readonly ok: Type | undefined; readonly error: Type | undefined }
  | { readonly kind: 'tuple'; readonly items: readonly Type[] };

export interface FunctionDefinition extends Documented {
  readonly name: string;
  readonly params: readonly { readonly name: string; readonly type: Type }[];
  readonly result: Type | undefined;
}

/** What a world asks for and gives, includes and all. Functions of its own are named `name: func`. */
export interface World extends Documented {
  readonly name: string;
  readonly id: string;
  readonly imports: readonly string[];
  readonly exports: readonly string[];
}

/** A type behind its aliases. */
export type PlainType =
  | Exclude<Type, { kind: 'named' }>
  | {
      readonly kind: 'named';
      readonly definition: TypeDefinition;
      readonly body: Exclude<Body, { kind: 'alias' }>;
    };

export function plain(type: Type): PlainType {
  if (type.kind !== 'named') return type;
  const { body } = type.definition;
  return body.kind === 'alias'
    ? plain(body.of)
    : { kind: 'named', definition: type.definition, body };
}

export function isBytes(type: Type): boolean {
  const bare = plain(type);
  if (bare.kind !== 'list') return false;
  const item = plain(bare.of);
  return item.kind === 'primitive' && item.primitive === 'u8';
}
