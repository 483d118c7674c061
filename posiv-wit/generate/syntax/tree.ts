import type { Place } from '../wit-error.ts';

/** What the parser makes of one file: names are as written, nothing is looked up. */
export interface FileTree {
  readonly package: PackageName | undefined;
  readonly docs: string;
  readonly items: readonly TopItem[];
  readonly nested: readonly FileTree[];
}

export interface PackageName {
  readonly namespace: string;
  readonly name: string;
  readonly version: string | undefined;
}

/** An interface or world, perhaps of another package. */
export interface Path {
  readonly package: PackageName | undefined;
  readonly name: string;
  readonly place: Place;
}

/** What stands before every item. */
export interface Head {
  readonly docs: string;
  /** Of `@since(version = ...)`. */
  readonly since: string | undefined;
  readonly deprecated: string | undefined;
  readonly place: Place;
}

export type TopItem = InterfaceTree | WorldTree | TopUse;

interface TopUse {
  readonly kind: 'top-use';
  readonly path: Path;
  readonly as: string;
}

export interface InterfaceTree extends Head {
  readonly kind: 'interface';
  readonly name: string;
  readonly items: readonly InterfaceItem[];
}

export type InterfaceItem = UseTree | TypeTree | FunctionTree;

export interface UseTree extends Head {
  readonly kind: 'use';
  readonly path: Path;
  readonly names: readonly { readonly name: string; readonly as: string; readonly place: Place }[];
}

export interface TypeTree extends Head {
  readonly kind: 'type';
  readonly name: string;
  readonly body: BodyTree;
}

export type BodyTree =
  | { readonly kind: 'alias'; readonly of: TypeExpression }
  | { readonly kind: 'record'; readonly fields: readonly MemberTree[] }
  | { readonly kind: 'variant'; readonly cases: readonly MemberTree[] }
  | { readonly kind: 'enum'; readonly cases: readonly MemberTree[] }
  | { readonly kind: 'flags'; readonly flags: readonly MemberTree[] };

/** A field, case or flag; only cases, enum cases and flags may lack a type. */
export interface MemberTree extends Head {
  readonly name: string;
  readonly type: TypeExpression | undefined;
}

export interface FunctionTree extends Head {
  readonly kind: 'function';
  readonly name: string;
  readonly params: readonly { readonly name: string; readonly type: TypeExpression }[];
  readonly result: TypeExpression | undefined;
}

export type TypeExpression =
  | { readonly kind: 'primitive'; readonly primitive: Primitive }
  | { readonly kind: 'named'; readonly name: string; readonly place: Place }
  | { readonly kind: 'list'; readonly of: TypeExpression }
  | { readonly kind: 'option'; readonly of: TypeExpression }
  | {
      readonly kind: 'result';
      readonly ok: TypeExpression | undefined;
      readonly error: TypeExpression | undefined;
    }
  | { readonly kind: 'tuple'; readonly items: readonly TypeExpression[] };

export const PRIMITIVES = [
  'bool',
  'u8',
  'u16',
  'u32',
  'u64',
  's8',
  's16',
  's32',
  's64',
  'f32',
  'f64',
  'char',
  'string',
] as const;

export type Primitive = (typeof PRIMITIVES)[number];

export interface WorldTree extends Head {
  readonly kind: 'world';
  readonly name: string;
  readonly items: readonly WorldItem[];
}

export type WorldItem =
  | {
      readonly kind: 'import' | 'export';
      readonly what: Path | FunctionTree | InterfaceTree;
      readonly head: Head;
    }
  | { readonly kind: 'include'; readonly path: Path; readonly head: Head }
  | UseTree
  | TypeTree;
