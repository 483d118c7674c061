import test from 'ava';
import type {
  AcceptorAnswer,
  AcceptorOperation,
  AcceptorResult,
  Configuration,
} from '#posiv-wit/generated/p2p/registers.ts';
import { AcceptorCalls } from '#p2p/registers/acceptor-calls.ts';
import { firstConfiguration, quorumOf } from '#p2p/registers/configuration.ts';
import { Gathering } from '#p2p/registers/gathering.ts';
import { decodeFrame } from '#p2p/registers/register-frames.ts';
import { ManualClock } from '../support/manual-clock.ts';

const ACCEPTORS = [0, 1, 2].map((at) => `n${at}.${String(at).padStart(16, '0')}`);
const CONFIGURATION = firstConfiguration(ACCEPTORS);
const PREPARE = {
  tag: 'prepare',
  val: { key: 'k', ballot: { counter: 3, proposer: 'p' } },
} as const;
const PROMISED = { tag: 'promised', val: undefined } as const;
const OUTBID = { tag: 'outbid', val: { counter: 9, proposer: 'q' } } as const;

/** Acceptors that answer each operation with what the test has them answer, or nothing. */
function gatherFrom(
  answerOf: (
    node: string,
    operation: AcceptorOperation,
    times: number,
  ) => AcceptorResult | undefined,
): {
  gathering: Gathering;
  clock: ManualClock;
  newer: Configuration[];
} {
  const clock = new ManualClock();
  const newer: Configuration[] = [];
  const asked = new Map<string, number>();
  const send = (to: string, bytes: Uint8Array): void => {
    const { tag, val } = decodeFrame(bytes);
    if (tag !== 'requests') return;
    const answers = val.requests.flatMap(({ id, operation }): AcceptorAnswer[] => {
      const name = `${to} ${operation.tag}`;
      asked.set(name, (asked.get(name) ?? 0) + 1);
      const result = answerOf(to, operation, asked.get(name)!);
      return result === undefined ? [] : [{ id, result }];
    });
    clock.after(1, () => calls.receive(to, { acceptor: val.acceptor, proposer: 'p', answers }));
  };
  const calls = new AcceptorCalls({ tick: (run) => void clock.after(0, run), send }, 'p');
  const gathering = new Gathering(
    { calls, clock },
    {
      configuration: CONFIGURATION,
      quorum: quorumOf(CONFIGURATION),
      operation: PREPARE,
      deadline: 1_000,
      resendMs: 100,
      onNewer: (configuration) => newer.push(configuration),
    },
  );
  return { gathering, clock, newer };
}

test('two of three are enough', async (t) => {
  const { gathering, clock } = gatherFrom((node) => (node === 'n0' ? undefined : PROMISED));
  await clock.advance(10);
  const result = await gathering.result;
  t.is(result.tag, 'quorum');
  if (result.tag === 'quorum') t.deepEqual([...result.answers.keys()], ACCEPTORS.slice(1));
});

test('what is no answer to the question does not count', async (t) => {
  const { gathering, clock } = gatherFrom((node) =>
    node === 'n0' ? PROMISED : { tag: 'accepted' },
  );
  await clock.advance(999);
  gathering.end({ tag: 'reconfigured' }); // had it ended before, this would change nothing
  t.is((await gathering.result).tag, 'reconfigured');
});

test('whoever did not answer, or could not do it, is asked again until the time is up', async (t) => {
  const again = gatherFrom((node, _, times) => {
    if (node === 'n0') return undefined;
    return times < 5 ? { tag: 'refused', val: 'full' } : PROMISED;
  });
  await again.clock.advance(450);
  t.is((await again.gathering.result).tag, 'quorum');
  const never = gatherFrom(() => undefined);
  await never.clock.advance(1_000);
  t.is((await never.gathering.result).tag, 'late');
});

test('it is outbid once the others are no quorum, or have not come when it is time to ask again', async (t) => {
  const at = gatherFrom((node) => (node === 'n0' ? PROMISED : OUTBID));
  await at.clock.advance(10);
  t.deepEqual(await at.gathering.result, { tag: 'outbid', ballot: OUTBID.val });
  const later = gatherFrom((node) => {
    if (node === 'n0') return PROMISED;
    return node === 'n1' ? OUTBID : undefined;
  });
  await later.clock.advance(100);
  t.deepEqual(await later.gathering.result, { tag: 'outbid', ballot: OUTBID.val });
});

test('an acceptor that has no configuration is given it, and asked again at once', async (t) => {
  const told = new Set<string>();
  const { gathering, clock } = gatherFrom((node, operation) => {
    if (operation.tag === 'configure') {
      told.add(node);
      return { tag: 'configured' };
    }
    return told.has(node) ? PROMISED : { tag: 'behind' };
  });
  await clock.advance(50);
  t.is((await gathering.result).tag, 'quorum');
});

test('a newer configuration ends it, an older one does not', async (t) => {
  const newer = { epoch: 2, acceptors: ACCEPTORS };
  const ended = gatherFrom(() => ({ tag: 'stale-epoch', val: newer }));
  await ended.clock.advance(10);
  t.is((await ended.gathering.result).tag, 'reconfigured');
  t.deepEqual(ended.newer, [newer]);
  const goesOn = gatherFrom((node) =>
    node === 'n0' ? { tag: 'stale-epoch', val: CONFIGURATION } : PROMISED,
  );
  await goesOn.clock.advance(10);
  t.is((await goesOn.gathering.result).tag, 'quorum');
});
