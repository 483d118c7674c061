import { parse } from '@bytecodealliance/jco';

/** The parts of a core module that imports and exports POSIV, in the text format; what is left out does nothing bad. */
export interface CoreText {
  /** Functions to import, by the names of `IMPORTS`. */
  readonly imports?: readonly (keyof typeof IMPORTS)[];
  /** The body of `run`, with the parameters `$cmd` and `$count`; it gives the address of a `result`. */
  readonly run?: string;
  /** The body of `cabi_realloc`. */
  readonly realloc?: string;
  /** The type of the memory, for example `1 100`. */
  readonly memory?: string;
  /** The body of `on-rpc`: with it, `run` registers the identity `do` and goes on as `run` says. */
  readonly onRpc?: string;
  /** Further fields of the module. */
  readonly fields?: string;
}

const KERNEL = 'posiv:kernel';
const VERSION = '@0.1.0';
export const RUN = `${KERNEL}/program${VERSION}#run`;
const HANDLERS = `${KERNEL}/handlers${VERSION}`;

/** Core signatures of the functions that guests here call, by the names that they have in their texts. */
const IMPORTS = {
  rpc: ['ipc', 'rpc', '(param i32 i32 i32 i32 i32 i32 i32 i32)'],
  msg: ['ipc', 'msg', '(param i32 i32 i32 i32 i32 i32 i32 i32)'],
  receive: ['ipc', 'receive', '(param i32 i32)'],
  reply: ['ipc', 'reply', '(param i32 i32 i32 i32 i32)'],
  registerMsg: ['ipc', 'register-msg', '(param i32 i32 i32)'],
  registerRpc: ['ipc', 'register-rpc', '(param i32 i32 i32)'],
  self: ['vtask', 'self', '(param i32)'],
  new: ['vtask', 'new', '(param i32 i32)'],
  find: ['vtask', 'find', '(param i32 i32 i32)'],
  write: ['log', 'write', '(param i32 i32 i32)'],
  now: ['clock', 'monotonic-us', '(result i64)'],
} as const;

const BUMP = `(local $at i32)
  (local.set $at (i32.and (i32.add (global.get $heap) (i32.sub (local.get 2) (i32.const 1)))
    (i32.sub (i32.const 0) (local.get 2))))
  (global.set $heap (i32.add (local.get $at) (local.get 3)))
  (local.get $at)`;

const DONE = '(i32.const 0)';

/**
 * Makes the image. Its memory is zero up to address 1,024, where `run` may point for `ok(0)`; at 1,024 lies the text `do`
 * and at 1,040 room for results; what `cabi_realloc` gives begins at `$heap`, 4,096, and is never taken back.
 */
export async function coreImage(text: CoreText): Promise<Uint8Array> {
  const { imports = [], run = DONE, realloc = BUMP, memory = '2', onRpc, fields = '' } = text;
  const names = new Set([...imports, ...(onRpc === undefined ? [] : (['registerRpc'] as const))]);
  const register =
    onRpc === undefined
      ? ''
      : '(call $registerRpc (i32.const 1024) (i32.const 2) (i32.const 1040))';
  return new Uint8Array(
    await parse(`(module
    ${[...names].map(importOf).join('\n')}
    (memory (export "memory") ${memory})
    (data (i32.const 1024) "do")
    (global $heap (mut i32) (i32.const 4096))
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) ${realloc})
    (func (export "${RUN}") (param $cmd i32) (param $count i32) (result i32) ${register} ${run})
    ${onRpc === undefined ? '' : handlers(onRpc)}
    ${fields})`),
  );
}

function importOf(name: keyof typeof IMPORTS): string {
  const [of, method, type] = IMPORTS[name];
  return `(import "${KERNEL}/${of}${VERSION}" "${method}" (func $${name} ${type}))`;
}

/** What `on-rpc` is given: the token, then pointers and lengths of caller, identity and arguments. */
function handlers(onRpc: string): string {
  return `(func (export "${HANDLERS}#on-rpc") (param $token i32) (param i32 i32 i32 i32)
      (param $args i32) (param $size i32) (result i32) ${onRpc})
    (func (export "${HANDLERS}#on-msg") (param i32 i32 i32 i32 i32 i32))
    (func (export "${HANDLERS}#on-completion") (param i32 i32 i32 i32 i32))
    (func (export "${HANDLERS}#on-notice") (param i32 i32 i32 i32 i32 i32 i32))`;
}

/** Answers with what it is given. */
export function echoImage(): Promise<Uint8Array> {
  return coreImage({
    onRpc: `(global.set $heap (i32.const 4096))
      (i32.store (i32.const 1040) (i32.const 0))
      (i32.store (i32.const 1044) (local.get $args))
      (i32.store (i32.const 1048) (local.get $size))
      (i32.const 1040)`,
  });
}
