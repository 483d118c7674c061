// npm run fuzz -- [modules|recycling|bindings] [--minutes N] [--seed S]: what must not differ is compared on random input. Modules: as
// they are against rewritten; recycling: instances that were put back against new ones; bindings: calls over ours against
// jco's. All share the time if none is named.
import { parseArgs } from 'node:util';
import { fuzzBindings } from './binding/fuzz-bindings.ts';
import { fuzzModules, fuzzRecycling } from './fuzz-modules.ts';

const FUZZERS = { modules: fuzzModules, recycling: fuzzRecycling, bindings: fuzzBindings } as const;
const USAGE = `Usage: npm run fuzz -- [${Object.keys(FUZZERS).join('|')}] [--minutes N] [--seed S]`;
const MINUTE_MS = 60_000;

function numberOf(text: string, what: string): number {
  const value = Number(text);
  if (text === '' || !(value >= 0)) throw new RangeError(`--${what} ${text} is no number`);
  return value;
}

function isFuzzer(name: string): name is keyof typeof FUZZERS {
  return Object.hasOwn(FUZZERS, name);
}

try {
  const { values, positionals } = parseArgs({
    options: { minutes: { type: 'string', default: '1' }, seed: { type: 'string' } },
    allowPositionals: true,
  });
  const names = positionals.length > 0 ? positionals : Object.keys(FUZZERS);
  const fuzzers = names.map((name) => {
    if (!isFuzzer(name)) throw new RangeError(`there is no fuzzer ${name}`);
    return FUZZERS[name];
  });
  const seed = values.seed === undefined ? Date.now() % 2 ** 31 : numberOf(values.seed, 'seed');
  const shareMs = (numberOf(values.minutes, 'minutes') * MINUTE_MS) / fuzzers.length;
  let different = 0;
  for (const fuzz of fuzzers) different += await fuzz(Date.now() + shareMs, seed);
  process.exitCode = different === 0 ? 0 : 1;
} catch (error) {
  process.stderr.write(
    `fuzz: ${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`,
  );
  process.exitCode = 2;
}
