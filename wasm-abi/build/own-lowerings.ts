/** An import that takes the lowering that its function brings, where it brings one; its own is what it was declared with. */
const TAKES = /^ {2}if \([^\n]*\[symbolCabiLower\]\) \{\n {4}trampoline(\d+) = /gm;
/** What its own is made of. */
const OWN = [
  /^ {2}const _trampoline(\d+) = [^]*?^ {2}\}\n/gm,
  /^ {2}_trampoline(\d+)\.fnName = .*;\n/gm,
] as const;
const DECLARED = /^ {2}let trampoline(\d+) = [^]*?^ {2}\);\n/gm;
const USED = /\b_trampoline(\d+)\b/g;
/** Each name beside these: one whose end was not where it was looked for has taken others along. */
const NAMES = /^ {2}(?:let|const) (\w+)/gm;

/**
 * Takes the transpiler's own lowering of imports out of its code, as an expression: all of our functions bring theirs. It is half of the
 * code of a component that imports WASI, never called, and parsed on the thread of a lane by whoever starts one.
 * @returns the code as it was where it is not as it was when this was written. That what is left is a script is for whoever calls this
 * to look at.
 */
export function withoutOwnLowerings(expression: string): string {
  const taken = foundBy(TAKES, expression);
  let rest = expression.replaceAll(DECLARED, (whole, number: string) =>
    taken.has(number) ? `  let trampoline${number};\n` : whole,
  );
  for (const own of OWN)
    rest = rest.replaceAll(own, (whole, number: string) => (taken.has(number) ? '' : whole));
  const gone = foundBy(NAMES, expression).difference(foundBy(NAMES, rest));
  const isWhole =
    [...gone].every((name) => taken.has(name.replace('_trampoline', ''))) &&
    taken.isDisjointFrom(foundBy(USED, rest));
  return isWhole ? rest : expression;
}

/** What its group has matched. */
function foundBy(pattern: RegExp, text: string): Set<string> {
  return new Set(Array.from(text.matchAll(pattern), ([, found = '']) => found));
}
