import { emitCHeader } from './c/c-header.ts';
import { emitFunctions, passedTypes } from './emit/functions-file.ts';
import { emitFunctionsIndex } from './emit/functions-index.ts';
import { emitTypes } from './emit/types-file.ts';
import type { Interface, Package } from './model/model.ts';
import { posivPage, wirePage } from './reference/pages.ts';

/** What programs in C call. */
const C_PACKAGES: ReadonlySet<string> = new Set(['kernel', 'vstore', 'cluster', 'machine']);

/** Every file that is made from the packages: path from the root of the repository, and text. */
export function outputsOf(packages: readonly Package[]): Map<string, string> {
  const outputs = new Map<string, string>();
  const passed = passedTypes(packages);
  for (const each of packages) {
    for (const [file, interfaces] of typeFiles(each))
      outputs.set(`posiv-wit/generated/${file}.ts`, emitTypes(each, interfaces));
    if (
      each.interfaces.some(
        (one) => one.functions.length > 0 || one.types.some((type) => passed.has(type)),
      )
    ) {
      outputs.set(`posiv-wit/generated/functions/${each.name}.ts`, emitFunctions(each, passed));
    }
  }
  outputs.set('posiv-wit/generated/functions/all.ts', emitFunctionsIndex(packages));
  outputs.set(
    'guests/c/sdk/posiv.h',
    emitCHeader(packages.filter((each) => C_PACKAGES.has(each.name))),
  );
  // What has no world is spoken between nodes and imported by no guest.
  const [open, internal] = [
    packages.filter((each) => each.worlds.length > 0),
    packages.filter((each) => each.worlds.length === 0),
  ];
  const pageOf = (name: string): string =>
    open.some((each) => each.name === name) ? 'posiv.md' : 'wire.md';
  outputs.set('docs/posiv.md', posivPage(open, { current: 'posiv.md', pageOf }));
  outputs.set('docs/wire.md', wirePage(internal, { current: 'wire.md', pageOf }));
  return outputs;
}

/**
 * The types of each interface by the file that has them, under generated/. Of a package without functions, which is data
 * alone, each interface has a file, since none needs another; else the package has one.
 */
export function typeFiles({
  name,
  interfaces,
}: Package): [file: string, of: readonly Interface[]][] {
  const isData = interfaces.every(({ functions }) => functions.length === 0);
  return isData ? interfaces.map((each) => [`${name}/${each.name}`, [each]]) : [[name, interfaces]];
}
