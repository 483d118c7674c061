import { casesOf } from '../layout/layout.ts';
import type {
  Case,
  Field,
  FunctionDefinition,
  Interface,
  Package,
  Type,
  TypeDefinition,
  World,
} from '../model/model.ts';
import { witFunction, witType } from './wit-text.ts';

// The reference in Markdown. Anchors are explicit: several packages have an interface `types`.

/** The page that a package is on, and the one that is being written. */
export interface Pages {
  readonly current: string;
  pageOf(packageName: string): string;
}

function anchor(...parts: readonly string[]): string {
  return parts.join('-');
}

/** The lines of a table of contents. */
export function packageContents(source: Package): string[] {
  return [
    `- [${source.id}](#${anchor(source.name)})`,
    ...source.interfaces.map((each) => {
      const functions = each.functions.map(
        (one) => `[${one.name}](#${anchor(source.name, each.name, one.name)})`,
      );
      const list = functions.length === 0 ? '' : `: ${functions.join(', ')}`;
      return `  - [${each.name}](#${anchor(source.name, each.name)})${list}`;
    }),
  ];
}

/** All that is to be known of a package. */
export function packageSection(source: Package, pages: Pages): string[] {
  return [
    `<a id="${anchor(source.name)}"></a>`,
    `## ${source.id}`,
    '',
    ...source.interfaces.flatMap((each) => interfaceSection(each, pages)),
    ...worldsSection(source),
  ];
}

function interfaceSection(source: Interface, pages: Pages): string[] {
  return [
    `<a id="${anchor(source.packageName, source.name)}"></a>`,
    `### ${source.packageName}/${source.name}`,
    '',
    ...paragraphs(source.docs),
    ...source.types.flatMap((each) => typeSection(each, pages)),
    ...source.functions.flatMap((each) => functionSection(source, each, pages)),
  ];
}

function typeSection(definition: TypeDefinition, pages: Pages): string[] {
  const { body } = definition;
  const head = [
    `<a id="${anchor(definition.packageName, definition.interfaceName, 'type', definition.name)}"></a>`,
    `#### ${body.kind === 'alias' ? 'type' : body.kind} ${definition.name}`,
    '',
    ...(body.kind === 'alias' ? [`Is ${linked(body.of, pages)}.`, ''] : []),
    ...paragraphs(definition.docs),
  ];
  if (body.kind === 'alias') return head;
  if (body.kind === 'record') return [...head, ...fieldTable(body.fields, pages)];
  return [
    ...head,
    ...caseTable(
      body.kind === 'flags' ? body.flags : body.cases,
      { kind: 'named', definition },
      pages,
    ),
  ];
}

function fieldTable(fields: readonly Field[], pages: Pages): string[] {
  const rows = fields.map(
    (field) => `| \`${field.name}\` | ${linked(field.type, pages)} | ${cell(field.docs)} |`,
  );
  return ['| field | type | meaning |', '| --- | --- | --- |', ...rows, ''];
}

function caseTable(cases: readonly Case[], type: Type, pages: Pages): string[] {
  const tagged = casesOf(type)?.some((each) => each !== undefined) ?? false;
  const rows = cases.map((each, index) => {
    const value = tagged ? ` ${each.type === undefined ? '' : linked(each.type, pages)} |` : '';
    return `| ${index} | \`${each.name}\` |${value} ${cell(each.docs)} |`;
  });
  const head = tagged
    ? ['| tag | case | carries | meaning |', '| --- | --- | --- | --- |']
    : ['| tag | case | meaning |', '| --- | --- | --- |'];
  return [...head, ...rows, ''];
}

function functionSection(
  source: Interface,
  definition: FunctionDefinition,
  pages: Pages,
): string[] {
  return [
    `<a id="${anchor(source.packageName, source.name, definition.name)}"></a>`,
    `#### ${source.name}.${definition.name}`,
    '',
    '```wit',
    witFunction(definition),
    '```',
    '',
    ...typeLinks(definition, pages),
    ...paragraphs(definition.docs),
  ];
}

function typeLinks(definition: FunctionDefinition, pages: Pages): string[] {
  const links = new Set<string>();
  for (const type of [...definition.params.map((param) => param.type), definition.result]) {
    if (type !== undefined) witType(type, (text, named) => (links.add(linked(named, pages)), text));
  }
  return links.size === 0 ? [] : [`Types: ${[...links].join(', ')}`, ''];
}

function worldsSection(source: Package): string[] {
  if (source.worlds.length === 0) return [];
  return [
    `### Worlds of ${source.name}`,
    '',
    '| world | imports | exports | meaning |',
    '| --- | --- | --- | --- |',
    ...source.worlds.map(worldRow),
    '',
  ];
}

function namesOf(ids: readonly string[]): string {
  return ids.map((id) => `\`${id.replace(/^posiv:|@.*$/g, '')}\``).join(' ');
}

function worldRow(world: World): string {
  return `| \`${world.name}\` | ${namesOf(world.imports)} | ${namesOf(world.exports)} | ${cell(world.docs)} |`;
}

/** A type whose names lead to where they are explained. */
function linked(type: Type, pages: Pages): string {
  const text = witType(type, (name, named) => {
    if (named.kind !== 'named') return name;
    const { packageName, interfaceName } = named.definition;
    const page = pages.pageOf(packageName);
    const link = page === pages.current ? '' : page;
    return `[${name}](${link}#${anchor(packageName, interfaceName, 'type', name)})`;
  });
  return text.replaceAll('<', '\\<');
}

function paragraphs(docs: string): string[] {
  if (docs === '') return [];
  const text = docs.replace(/^Errors: ?/m, '**Errors:** ');
  return [text, ''];
}

function cell(docs: string): string {
  return docs.replaceAll('\n', ' ').replaceAll('|', '\\|');
}
