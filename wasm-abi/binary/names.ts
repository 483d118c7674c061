import { UnsupportedImageError } from '../errors.ts';

// The transpiler writes names of the image into JavaScript. Whatever it does about quoting, a name that could end a
// string or a comment, or change an object's prototype, is refused before it gets there.

const LABEL = '[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)*';
const INTERFACE = `${LABEL}(?::${LABEL})+(?:/${LABEL})+(?:@[0-9A-Za-z.+-]{1,64})?`;
const EXTERN = new RegExp(`^(?:${LABEL}|${INTERFACE}|\\[[a-z-]{1,24}\\]${LABEL}(?:\\.${LABEL})?)$`);
const LABEL_ONLY = new RegExp(`^${LABEL}$`);

/** Printable ASCII without quotes and backslashes: what toolchains put in names between core modules. */
const CORE = /^[ !#-&(-[\]-_a-~]*$/;

const MAX_NAME = 1_024;

/**
 * The name of an import or export of a component.
 * @throws {unsupported-image}
 */
export function checkExternName(name: string): string {
  return check(name, EXTERN, 'import or export');
}

/**
 * The name of a field, case, flag or parameter in a component's types.
 * @throws {unsupported-image}
 */
export function checkLabel(name: string): string {
  return check(name, LABEL_ONLY, 'type');
}

/**
 * A name between core modules, or of what a core module imports or exports.
 * @throws {unsupported-image}
 */
export function checkCoreName(name: string): string {
  return check(name, CORE, 'core module');
}

function check(name: string, grammar: RegExp, where: string): string {
  if (name.length <= MAX_NAME && grammar.test(name) && name !== '__proto__') return name;
  throw new UnsupportedImageError(
    `a name of a ${where} has characters that are not allowed: ${JSON.stringify(name.slice(0, 80))}`,
  );
}
