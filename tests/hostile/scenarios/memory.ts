import { ends, held } from '../families.ts';
import { coreImage } from '../guests/core-image.ts';
import type { Scenario } from '../scenario.ts';

/** Stores at 1,064 whether this holds, as a status that is not 0, and ends with it. */
const endWith = (isLoose: string): string =>
  `(i32.store (i32.const 1064) ${isLoose}) (i32.const 1060)`;

const CHURNS = 6;

/** Bombs of memory and tables. A vTask has 4,096 pages unless it is given more. */
export const memoryScenarios: readonly Scenario[] = [
  held({ name: 'memory bomb', tries: 'grows past its quota of memory' }, () =>
    coreImage({
      run: `(loop $l (br_if $l (i32.ne (memory.grow (i32.const 64)) (i32.const -1))))
        ${endWith('(i32.gt_u (memory.size) (i32.const 4096))')}`,
    }),
  ),
  held({ name: 'many memories', tries: 'grows each of its memories to the quota' }, () =>
    coreImage({
      fields: '(memory $b 1) (memory $c 1)',
      run: `(loop $l (br_if $l (i32.ne (memory.grow (i32.const 64)) (i32.const -1))))
        (loop $l (br_if $l (i32.ne (memory.grow $b (i32.const 64)) (i32.const -1))))
        (loop $l (br_if $l (i32.ne (memory.grow $c (i32.const 64)) (i32.const -1))))
        ${endWith('(i32.gt_u (i32.add (memory.size) (i32.add (memory.size $b) (memory.size $c))) (i32.const 4096))')}`,
    }),
  ),
  held({ name: 'table bomb', tries: 'grows a table past 65,536 elements' }, () =>
    coreImage({
      fields: '(table $t 1 funcref)',
      run: `(loop $l (br_if $l (i32.ne (table.grow $t (ref.null func) (i32.const 1000)) (i32.const -1))))
        ${endWith('(i32.gt_u (table.size $t) (i32.const 65536))')}`,
    }),
  ),
  held({ name: 'table bomb at once', tries: 'grows a table by 10,000,000 elements' }, () =>
    coreImage({
      fields: '(table $t 1 funcref)',
      run: endWith('(i32.ne (table.grow $t (ref.null func) (i32.const 10000000)) (i32.const -1))'),
    }),
  ),
  ends(
    { name: 'table-elements', tries: 'has two tables that each keep within its quota of elements' },
    () => coreImage({ fields: '(table 600 1000 funcref) (table 600 funcref)' }),
    /^quota-exceeded: table-elements: .* have 66536 elements, its quota is 66535/,
    () => [],
    { tableElements: 66_535 },
  ),
  ends(
    { name: 'large from the start', tries: 'begins with more memory than its quota' },
    () => coreImage({ memory: '65536' }),
    /^quota-exceeded: memory-pages: the image starts with 65536 pages/,
  ),
  {
    name: 'memory churn',
    tries: `touches 200 MiB in ${CHURNS} vTasks, one after another`,
    withinMs: 60_000,
    async run(attacker) {
      const image = await coreImage({
        memory: '3200',
        run: '(memory.fill (i32.const 65536) (i32.const 7) (i32.const 209649664)) (i32.const 0)',
      });
      const since = performance.now();
      for (let n = 0; n < CHURNS; n += 1) await attacker.ended(await attacker.start(image), 30_000);
      return { ms: performance.now() - since, reason: 'exited: 0' };
    },
  },
];
