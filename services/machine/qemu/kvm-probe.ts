import { spawn } from 'node:child_process';
import { access, constants, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const TRIED_WITHIN_MS = 5_000;
/** In which a million rounds are over: a processor that executes them itself takes one. */
const ROUNDS_MS = 50;

/**
 * Finds out whether the processor's own virtualisation works, by having it count to a million: that /dev/kvm opens, or makes
 * a machine, says little, for there are some that interpret every instruction.
 * @returns undefined where it works, else why not
 */
export async function kvmFailure(emulator: string): Promise<string | undefined> {
  const readable = await access('/dev/kvm', constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!readable) return '/dev/kvm is not there, or not for this user';
  const folder = await mkdtemp(join(tmpdir(), 'vstar-kvm-'));
  try {
    const firmware = join(folder, 'firmware');
    await writeFile(firmware, countingFirmware());
    return await count(emulator, firmware);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function count(emulator: string, firmware: string): Promise<string | undefined> {
  const args = ['-nodefaults', '-no-user-config', '-display', 'none', '-machine', 'pc', '-m', '2M'];
  args.push('-accel', 'kvm', '-bios', firmware, '-debugcon', 'stdio');
  return new Promise((resolve) => {
    const child = spawn(emulator, args, { env: {}, stdio: ['ignore', 'pipe', 'pipe'] });
    let begun: number | undefined;
    let said = '';
    const end = (why: string | undefined): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      resolve(why);
    };
    const timer = setTimeout(
      () => end('code does not run at speed under /dev/kvm: it is emulated'),
      TRIED_WITHIN_MS,
    );
    child.stdout.setEncoding('latin1').on('data', (text: string) => {
      const now = performance.now();
      if (text.includes('a')) begun ??= now;
      if (!text.includes('b') || begun === undefined) return;
      const took = now - begun;
      end(
        took <= ROUNDS_MS
          ? undefined
          : `a million rounds take ${Math.round(took)} ms under /dev/kvm`,
      );
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.on('error', (error) => end(error.message));
    child.on('exit', () => end(said.trim().split('\n')[0] || 'QEMU ended by itself'));
  });
}

/** A firmware that writes `a` to the debug port, goes a million times round, writes `b`, and halts. */
function countingFirmware(): Buffer {
  const firmware = Buffer.alloc(64 << 10);
  const code = [
    '66b940420f00', // mov ecx, 1000000
    'b061e6e9', // mov al, 'a'; out 0xe9, al
    '664975fc', // dec ecx; jnz to it
    'b062e6e9', // mov al, 'b'; out 0xe9, al
    'f4ebfd', // hlt; jmp to it
  ];
  Buffer.from(code.join(''), 'hex').copy(firmware);
  // Where a processor begins: jmp far 0xf000:0.
  Buffer.from('ea000000f0', 'hex').copy(firmware, 0xfff0);
  return firmware;
}
