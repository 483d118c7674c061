import test from 'ava';
import { cpio, CHARACTER_DEVICE, FILE, FOLDER, PROGRAM } from '#cli/machine/template/cpio.ts';
import { cpioEntries } from '#services/machine/container/cpio.ts';

test('what is in an archive comes out of it, but for devices', (t) => {
  const bytes = Buffer.from('words');
  const archive = cpio([
    { path: 'bin', mode: FOLDER },
    { path: 'bin/tool', mode: PROGRAM, bytes },
    { path: 'dev/console', mode: CHARACTER_DEVICE, device: [5, 1] },
    { path: 'link', mode: 0o120777, bytes: Buffer.from('bin/tool') },
    { path: 'empty', mode: FILE, bytes: Buffer.alloc(0) },
  ]);
  t.deepEqual(
    [...cpioEntries(archive)].map((each) => [
      each.path,
      each.kind,
      each.mode,
      Buffer.from(each.bytes).toString(),
    ]),
    [
      ['bin', 'folder', 0o755, ''],
      ['bin/tool', 'file', 0o755, 'words'],
      ['link', 'link', 0o777, 'bin/tool'],
      ['empty', 'file', 0o644, ''],
    ],
  );
});

/** The bytes of an entry whose file has several names, by its number. */
function named(file: number, links: number, path: string, text: string): Buffer {
  const bytes = cpio([{ path, mode: FILE, bytes: Buffer.from(text) }]);
  const entry = bytes.subarray(0, bytes.lastIndexOf('070701'));
  entry.write(file.toString(16).padStart(8, '0'), 6);
  entry.write(links.toString(16).padStart(8, '0'), 6 + 4 * 8);
  return entry;
}

test('a file with several names is one file, whichever of them its bytes come with', (t) => {
  const archive = Buffer.concat([
    named(7, 3, 'a', ''),
    named(8, 2, 'other', 'first'),
    named(7, 3, 'b', ''),
    named(7, 3, 'c', 'words'),
    named(8, 2, 'another', ''),
    named(7, 1, 'alone', 'mine'),
    cpio([]),
  ]);
  t.deepEqual(
    [...cpioEntries(archive)].map(({ path, kind, bytes }) => [path, kind, String(bytes)]),
    [
      ['a', 'file', 'words'],
      ['other', 'file', 'first'],
      ['b', 'name', 'a'],
      ['c', 'name', 'a'],
      ['another', 'name', 'other'],
      ['alone', 'file', 'mine'],
    ],
  );
});

test('an archive that is cut off anywhere, or lies of its sizes, is refused', (t) => {
  const archive = cpio([{ path: 'file', mode: FILE, bytes: Buffer.alloc(100) }]);
  const whole = archive.length - 4; // of the last entry what is padded may be missing
  for (let length = 0; length < whole; length += 7)
    t.throws(() => [...cpioEntries(archive.subarray(0, length))], { code: 'refused' });
  const lies = Buffer.from(archive);
  lies.write('ffffffff', 6 + 6 * 8);
  t.throws(() => [...cpioEntries(lies)], { code: 'refused' });
  lies.write('-0000001', 6 + 6 * 8);
  t.throws(() => [...cpioEntries(lies)], { code: 'refused' });
});
