import { execFileSync } from 'node:child_process';
import test from 'ava';
import { tar } from '#services/machine/container/tar.ts';

const NO_BYTES = new Uint8Array(0);

test('tar reads what it is given, to the byte', (t) => {
  const archive = Buffer.concat([
    ...tar([
      { path: 'bin', kind: 'folder', mode: 0o755, bytes: NO_BYTES },
      { path: 'bin/tool', kind: 'file', mode: 0o755, bytes: Buffer.from('x'.repeat(513)) },
      { path: 'empty', kind: 'file', mode: 0o600, bytes: NO_BYTES },
      { path: 'link', kind: 'link', mode: 0o777, bytes: Buffer.from('bin/tool') },
      { path: 'bin/name', kind: 'name', mode: 0o755, bytes: Buffer.from('bin/tool') },
    ]),
  ]);
  const listed = execFileSync('tar', ['-tvf', '-'], { input: archive }).toString();
  t.deepEqual(
    listed
      .trim()
      .split('\n')
      .map((line) => line.replace(/^(\S+) \S+ +(\d+) \S+ \S+ /, '$1 $2 ')),
    [
      'drwxr-xr-x 0 bin',
      '-rwxr-xr-x 513 bin/tool',
      '-rw------- 0 empty',
      'lrwxrwxrwx 0 link -> bin/tool',
      'hrwxr-xr-x 0 bin/name link to bin/tool',
    ],
  );
  const out = execFileSync('tar', ['-xOf', '-', 'bin/tool'], { input: archive });
  t.is(out.toString(), 'x'.repeat(513));
});

test('a path that tar has no room for is refused', (t) => {
  const entry = { path: 'x'.repeat(101), kind: 'file', mode: 0o644, bytes: NO_BYTES } as const;
  t.throws(() => [...tar([entry])], { code: 'refused' });
});
