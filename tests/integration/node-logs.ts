import { readFile } from 'node:fs/promises';
import type { RealWorld } from './real-world.ts';

// Of a peer that is cut off for what it sent: nothing that a sound node sends is one of these.
const VIOLATION = /malformed|unexpected|too-long|invalid|version-mismatch/;

/** Lines of the nodes' logs by which one cut off another for what this sent. */
export async function cutOffs({ machines }: RealWorld): Promise<string[]> {
  const lines: string[] = [];
  for (const { name, log } of machines) {
    const text = await readFile(log, 'utf8').catch(() => '');
    for (const line of text.split('\n'))
      if (line.includes('cut off a peer') && VIOLATION.test(line)) lines.push(`${name}: ${line}`);
  }
  return lines;
}
