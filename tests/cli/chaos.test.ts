import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { asTsv, referenceCount } from '#cli/wordcount/reference-count.ts';
import { startVstar, temporaryFolder, vstar } from './vstar-process.ts';

/** Counts a text again and again, until two nodes at least have been killed and run again, and the last count. */
const COUNT_UNTIL_STRUCK = `
  struck() { vstar nodes --json | grep -cE '"incarnation": ([2-9]|[1-9][0-9])'; }
  while vstar wordcount "$TEXT" --output "$COUNTS" && cmp "$COUNTS" "$WANTED"; do
    [ "$(struck)" -ge 2 ] && exit 0
  done
  exit 1
`;

test.serial('a devstack kills its nodes under a command, the first one first', async (t) => {
  t.timeout(600_000); // of a busy machine: alone it takes some twenty seconds
  await using folder = await temporaryFolder();
  const [TEXT, COUNTS, WANTED] = ['text', 'counts', 'wanted'].map((name) =>
    join(folder.path, name),
  );
  const words = Array.from({ length: 60_000 }, (_, at) => `word-${(at * at) % 1_009}`);
  await writeFile(TEXT!, words.join(' '));
  const wanted = asTsv(await referenceCount([blocks(TEXT!)], AbortSignal.timeout(60_000)));
  await writeFile(WANTED!, wanted);
  const args = ['devstack', '--nodes', '5', '--chaos', '--', 'sh', '-c', COUNT_UNTIL_STRUCK];
  const env = { TMPDIR: folder.path, TEXT, COUNTS, WANTED };
  const { status, stderr } = await startVstar(args, { env }).ended;
  t.is(status, 0, stderr);
  const faults = [...stderr.matchAll(/^vstar: chaos: (node-\d) (is killed|runs again)/gm)];
  t.is(faults[0]?.[1], 'node-1');
  t.true(faults.filter(([, , what]) => what === 'is killed').length >= 2, stderr);
  // The command can see that the second is back, and end, before chaos was told so.
  t.true(
    faults.some(([, , what]) => what === 'runs again'),
    stderr,
  );
});

test('chaos is refused where a cluster bears no loss', async (t) => {
  const { status, stderr } = await vstar(['devstack', '--nodes', '2', '--chaos', '--', 'true']);
  t.is(status, 2);
  t.regex(stderr, /--chaos needs --nodes 3 or more.*\[usage\]/);
});

async function* blocks(path: string): AsyncGenerator<Uint8Array> {
  yield await readFile(path);
}
