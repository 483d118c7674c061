// What becomes of a machine where something is lost while it is moved. `npm run sweep:moves` strikes at every step.
import test from 'ava';
import { hasQemu } from '#tests/support/with-qemu.ts';
import { FAULTS, strike } from './support/sweep.ts';

/** A move has some 64 steps, more of them where its bytes come in smaller pieces. */
const STEPS = 96;
const every = Number(process.env['VSTAR_SWEEP_EVERY'] ?? 0);
const SWEEP =
  every > 0
    ? FAULTS.flatMap((fault) =>
        Array.from(
          { length: Math.ceil(STEPS / every) },
          (_, at) => [fault, 1 + at * every] as const,
        ),
      )
    : ([
        ['the line', 12],
        ['the giver', 12],
        ['the taker', 12],
        ...[44, 46, 48, 50, 52].map((at) => ['the line', at] as const), // about where it comes to stand still
        ['the taker', 52],
      ] as const);

/** At that step, or sooner: its bytes come in fewer pieces where others keep the processors busy. */
async function strikeBy(...[t, fault, at]: Parameters<typeof strike>): ReturnType<typeof strike> {
  const struck = await strike(t, fault, at);
  return every > 0 || struck.isStruck || at <= 20 ? struck : strikeBy(t, fault, at - 8);
}

test.serial('a machine is moved where nothing is lost', async (t) => {
  if (!hasQemu(t)) return;
  t.timeout(60_000);
  const { on, steps } = await strike(t, 'the line', Number.POSITIVE_INFINITY);
  t.is(on, 'b');
  t.true(steps <= STEPS, `${steps}`);
});

for (const [fault, at] of SWEEP)
  test.serial(`where ${fault} is lost at step ${at} of a move there is one of it`, async (t) => {
    if (!hasQemu(t)) return;
    t.timeout(60_000);
    const { on, isStruck } = await strikeBy(t, fault, at);
    if (every === 0) t.true(isStruck, `the move was over before step ${at}`);
    // It is lost only with the node that had it.
    if (fault === 'the line' || !isStruck) t.true(on !== undefined);
    else t.not(on, fault === 'the giver' ? 'a' : 'b');
  });
