import type { Tree } from '@yowasp/clang';
import { BuildFailedError } from '../errors.ts';
import type { BuildResults, CompileJob } from './jobs.ts';

/** Of a compiler's messages the first say the most. */
const MAX_MESSAGES_CHARS = 16_384;

/**
 * Compiles and links C to a component, a core module or a WASI preview 1 command.
 * @throws {build-failed} with the compiler's messages
 */
export async function compileC(job: CompileJob): Promise<BuildResults['compile']> {
  const core = await clang(job);
  return { image: job.output === 'component' ? await wrap(core, job) : core };
}

async function clang({ files, sources, flags, output }: CompileJob): Promise<Uint8Array> {
  const { commands, Exit } = await import('@yowasp/clang');
  const model = output === 'wasi-command' ? [] : ['-mexec-model=reactor'];
  const args = ['-O2', ...model, '-Wl,-s', ...flags, ...sources, '-o', 'image.wasm'];
  let messages = '';
  const collect = (bytes: Uint8Array | null): void => {
    if (bytes && messages.length < MAX_MESSAGES_CHARS) messages += new TextDecoder().decode(bytes);
  };
  try {
    const made = await commands['clang']([...args], tree(files), {
      stdout: collect,
      stderr: collect,
    });
    const image = made?.['image.wasm'];
    if (image instanceof Uint8Array) return image;
    throw new BuildFailedError('compile', messages || 'the compiler gave no image');
  } catch (error) {
    if (error instanceof Exit)
      throw new BuildFailedError('compile', messages || `status ${error.code}`);
    throw error;
  }
}

/** Paths to texts as the folders that the compiler is given. */
function tree(files: CompileJob['files']): Tree {
  const root: Tree = {};
  for (const [path, text] of Object.entries(files)) {
    const folders = path.split('/');
    const name = folders.pop() ?? '';
    let folder = root;
    for (const each of folders) folder = (folder[each] ??= {}) as Tree;
    folder[name] = text;
  }
  return root;
}

/** Tools of jco throw strings and objects of WIT as well as errors. */
async function wrap(core: Uint8Array, { wit, world }: CompileJob): Promise<Uint8Array> {
  const { componentEmbed, componentNew } = await import('@bytecodealliance/jco');
  try {
    const embedded = await componentEmbed({ binary: core, witSource: wit, world });
    return await componentNew(embedded, []);
  } catch (error) {
    const payload = (error as { payload?: unknown }).payload;
    throw new BuildFailedError(
      'component',
      String(payload ?? (error instanceof Error ? error.message : error)),
    );
  }
}
