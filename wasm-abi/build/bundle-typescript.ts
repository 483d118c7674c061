import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import type { OutputChunk, Plugin } from 'rolldown';
import { BuildFailedError } from '../errors.ts';
import type { BuildResults, BundleJob } from './jobs.ts';

/** The SDK's modules under the names by which guests import them. */
const SDK: Readonly<Record<string, string>> = {
  vstar: 'index.ts',
  'vstar/vstore': 'vstore.ts',
  'vstar/cluster': 'cluster.ts',
  'vstar/services': 'services.ts',
  'vstar/hypervisor': 'hypervisor.ts',
  'vstar/hosts': 'hosts.ts',
};

const SDK_FOLDER = new URL('../../guests/typescript/sdk/', import.meta.url);

/** An interface of WIT as a module's name, for example `posiv:kernel/ipc@0.1.0`. */
const INTERFACE = /^(?!node:)[a-z][a-z0-9-]*:[a-z][a-z0-9-]*\/[a-z]/;

const WRAPPER = '\0guest';

/**
 * Joins a guest's module, what it imports and the SDK to one module of JavaScript without types. A module that exports
 * `run` is a vTask of the SDK, which then makes its `program` and `handlers`; any other exports its world's interfaces
 * itself.
 * @throws {build-failed}
 */
export async function bundleTypescript({ entry }: BundleJob): Promise<BuildResults['bundle']> {
  const user = await bundle(entry);
  if (!user.exports.includes('run'))
    return { source: user.code, interfaces: user.imports, exports: user.exports };
  const wrapper = [
    `import ${JSON.stringify(sdkFile('globals.ts'))};`,
    `import { adapt } from ${JSON.stringify(sdkFile('entry.ts'))};`,
    `import * as user from ${JSON.stringify(entry)};`,
    `export * from ${JSON.stringify(entry)};`,
    'export const { program, handlers } = adapt(user);',
  ].join('\n');
  const whole = await bundle(WRAPPER, wrapper);
  return { source: whole.code, interfaces: whole.imports, exports: whole.exports };
}

async function bundle(input: string, virtual?: string): Promise<OutputChunk> {
  const { rolldown } = await import('rolldown');
  const warnings: string[] = [];
  try {
    const build = await rolldown({
      input,
      platform: 'neutral',
      plugins: [names(virtual)],
      resolve: { mainFields: ['module', 'main'], conditionNames: ['import', 'default'] },
      onLog: (_, { message }) => void warnings.push(message),
    });
    const { output } = await build.generate({ format: 'esm', codeSplitting: false });
    await build.close();
    return output[0];
  } catch (error) {
    const messages = [...warnings, error instanceof Error ? error.message : String(error)];
    throw new BuildFailedError('bundle', stripVTControlCharacters(messages.join('\n')));
  }
}

function names(virtual: string | undefined): Plugin {
  return {
    name: 'guest-names',
    resolveId(source) {
      if (source === WRAPPER) return WRAPPER;
      const module = SDK[source];
      if (module !== undefined) return sdkFile(module);
      if (INTERFACE.test(source)) return { id: source, external: true };
      if (!source.startsWith('node:')) return undefined;
      throw new Error(
        `${source} is imported: a vTask has no modules of Node, see the SDK's README for what it has`,
      );
    },
    load: (id) => (id === WRAPPER ? virtual : undefined),
  };
}

function sdkFile(name: string): string {
  return fileURLToPath(new URL(name, SDK_FOLDER));
}
