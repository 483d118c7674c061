// npm run fuzz: what must not differ is compared on random input.
import { parseArgs } from 'node:util';
import { optionsGiven, positive } from '#tests/support/command.ts';
import { fuzzBindings } from './binding/fuzz-bindings.ts';
import { fuzzModules, fuzzRecycling } from './fuzz-modules.ts';

const FUZZERS = { modules: fuzzModules, recycling: fuzzRecycling, bindings: fuzzBindings } as const;
const USAGE = `Usage: npm run fuzz -- [${Object.keys(FUZZERS).join('|')}] [options]

What must not differ is compared on random input. modules: as they are against rewritten; recycling: instances that were put back against new
ones; bindings: calls over ours against jco's. All share the time if none is named. Ends with 1 if something differs.

Options:
  --minutes N  in all (default: 1)
  --seed S     of the first input (default: by the time)
  --help

Example:
  npm run fuzz -- modules --minutes 30
`;
const MINUTE_MS = 60_000;

function isFuzzer(name: string): name is keyof typeof FUZZERS {
  return Object.hasOwn(FUZZERS, name);
}

const { fuzzers, seed, shareMs } = optionsGiven(USAGE, (args) => {
  const { values, positionals } = parseArgs({
    args,
    options: { minutes: { type: 'string', default: '1' }, seed: { type: 'string' } },
    allowPositionals: true,
  });
  const names = positionals.length > 0 ? positionals : Object.keys(FUZZERS);
  const chosen = names.map((name) => {
    if (!isFuzzer(name)) throw new RangeError(`there is no fuzzer ${name}`);
    return FUZZERS[name];
  });
  return {
    fuzzers: chosen,
    seed: values.seed === undefined ? 1 + (Date.now() % 2 ** 31) : positive('seed', values.seed),
    shareMs: (positive('minutes', values.minutes) * MINUTE_MS) / chosen.length,
  };
});
let different = 0;
for (const fuzz of fuzzers) different += await fuzz(Date.now() + shareMs, seed);
process.exitCode = different === 0 ? 0 : 1;
