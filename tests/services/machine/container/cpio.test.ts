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
