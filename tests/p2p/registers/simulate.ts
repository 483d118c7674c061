// npm run simulate:registers -- [--seeds N] [--first-seed S] [--bug NAME]: many lives of a few registers. Exit code 1
// and the seeds on a failure; with a bug planted, if no seed finds it.
import { parseArgs } from 'node:util';
import { BUGS } from './support/planted-bugs.ts';
import { simulate } from './support/simulation.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    'first-seed': { type: 'string', default: '1' },
    bug: { type: 'string' },
  },
});
const first = Number(values['first-seed']);
const bug = BUGS.find((each) => each === values.bug);
if (values.bug !== undefined && bug === undefined)
  throw new RangeError(`--bug ${values.bug}: give one of ${BUGS.join(', ')}`);
let found = 0;
let operations = 0;
let unknown = 0;
let reconfigured = 0;
const began = performance.now();
const count = Number(values.seeds);
for (let seed = first; seed < first + count; seed += 1) {
  const report = await simulate(seed, bug);
  operations += report.operations;
  unknown += report.unknown;
  reconfigured += report.reconfigured;
  if (report.faults.length === 0) continue;
  found += 1;
  console.log(`seed ${seed}: ${report.faults.slice(0, 3).join('; ')}`);
}
const seconds = ((performance.now() - began) / 1_000).toFixed(1);
console.log(
  `${count} seeds in ${seconds} s: ${operations} operations, ${unknown} of unknown effect, ${reconfigured} changes of acceptors, ${found} seeds with faults`,
);
process.exitCode = found > 0 === (bug !== undefined) ? 0 : 1;
