import { GENERATED_PAGE, WIRE_RULES } from './page-text.ts';
import type { Interface, Package } from '../model/model.ts';
import { packageContents, packageSection, type Pages } from './package-page.ts';

// The order in which a reader needs them; others follow by name.
const FIRST = ['kernel', 'vstore', 'cluster', 'admin', 'mapreduce', 'managers', 'wire'];

/** What programs may call. */
export function posivPage(packages: readonly Package[], pages: Pages): string {
  return page(
    [
      '# POSIV',
      '',
      GENERATED_PAGE,
      '',
      'POSIV is the system-call interface of vStarCloud: what a vTask may import, and what it exports. This page lists every',
      'interface, type and function with its errors. Signatures are WIT; the SDKs of the languages follow them.',
    ],
    packages,
    pages,
  );
}

/** What travels between nodes. */
export function wirePage(packages: readonly Package[], pages: Pages): string {
  return page(['# The wire format', '', GENERATED_PAGE, '', ...WIRE_RULES], packages, pages);
}

function page(head: readonly string[], unordered: readonly Package[], pages: Pages): string {
  const packages = unordered
    .toSorted((one, other) => rank(one.name) - rank(other.name))
    .map((each) => ({ ...each, interfaces: each.interfaces.toSorted(typesFirst) }));
  return [
    ...head,
    '',
    '## Contents',
    '',
    ...packages.flatMap(packageContents),
    '',
    ...packages.flatMap((each) => packageSection(each, pages)),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}

function rank(name: string): number {
  const index = FIRST.indexOf(name);
  return index < 0 ? FIRST.length : index;
}

function typesFirst(one: Interface, other: Interface): number {
  return Number(other.name === 'types') - Number(one.name === 'types');
}
