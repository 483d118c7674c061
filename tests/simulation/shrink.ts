import type { Plan, Step } from './plan.ts';
import type { Report } from './simulate.ts';

const MOST_RUNS = 150;

/**
 * A shorter plan that still fails in the same way: leaves out more and more small pieces of the steps while it does (ddmin;
 * Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002).
 */
export async function shrink(
  plan: Plan,
  run: (plan: Plan) => Promise<Report>,
): Promise<{ readonly plan: Plan; readonly report: Report }> {
  let best = { plan, report: await run(plan) };
  const wanted = new Set(best.report.faults.map(kindOf));
  let runs = 1;
  for (
    let size = Math.ceil(plan.steps.length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let from = 0; from < best.plan.steps.length && runs < MOST_RUNS;) {
      const steps: readonly Step[] = best.plan.steps.toSpliced(from, size);
      const shorter = { ...best.plan, steps };
      const report = await run(shorter);
      runs += 1;
      if (report.faults.some((fault) => wanted.has(kindOf(fault))))
        best = { plan: shorter, report };
      else from += size;
    }
  }
  return best;
}

/** What went wrong, without when, to whom and in which numbers. */
function kindOf(fault: string): string {
  return fault
    .replace(/^at \d+: /, '')
    .replaceAll(/\{.*\}/g, '')
    .replaceAll(/\b[a-z2-7]{42,52}\b/g, 'V')
    .replaceAll(/\d+/g, 'N');
}
