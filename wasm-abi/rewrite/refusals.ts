import { type CoreModule, sectionAt } from '../binary/core-module.ts';
import { MalformedImageError, UnsupportedImageError } from '../errors.ts';
import { checkLimit } from './limits.ts';
import { RESERVED_PREFIX } from './reserved-names.ts';

/**
 * Has the engine validate a module before anything of it is changed: rewriting could make an invalid module valid, for
 * example one that writes to a memory that only the rewritten module has.
 * @throws {malformed-image}
 */
export function checkValid(original: Uint8Array<ArrayBuffer>): void {
  if (WebAssembly.validate(original)) return;
  let message = 'the engine refuses it';
  try {
    void new WebAssembly.Module(original); // only to hear why
  } catch (error) {
    message = (error as Error).message.replace(/^WebAssembly\.\w+\(\): /, '');
  }
  const found = /@\+(\d+)$/.exec(message)?.[1];
  const offset = found === undefined ? undefined : Number(found);
  const section = offset === undefined ? 'unknown' : sectionAt(original, offset);
  throw new MalformedImageError(section, offset, message);
}

/**
 * What is refused of a module whatever its code does.
 * @throws {unsupported-image} also {image-too-large}
 */
export function checkShape(module: CoreModule, functionCount: number): void {
  for (const each of module.imports) {
    const reserved = [each.module, each.name].find((name) => name.startsWith(RESERVED_PREFIX));
    if (reserved !== undefined)
      throw new UnsupportedImageError(`it imports ${reserved}, a name that is reserved`, {
        section: 'import',
        offset: each.offset,
      });
  }
  for (const each of module.exports) {
    if (each.name.startsWith(RESERVED_PREFIX))
      throw new UnsupportedImageError(`it exports ${each.name}, a name that is reserved`, {
        section: 'export',
        offset: each.offset,
      });
  }
  checkLimit('memories', module.memories.length, 'memory');
  checkLimit('tables', module.tables.length, 'table');
  checkLimit('functions', functionCount, 'function');
}
