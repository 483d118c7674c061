import { ends, endless } from '../families.ts';
import { type Attacker, textOf } from '../attacker.ts';
import { coreImage, type CoreText } from '../guests/core-image.ts';
import { NotContainedError, type Containment, type Scenario } from '../scenario.ts';

const ANSWER_WITHIN_MS = 300;
const ENDED_WITHIN_MS = 10_000;
const LATER = '(i32.store8 (i32.const 1040) (i32.const 2)) (i32.const 1040)';

/** Sends one request, to be answered with this error. */
function asks(name: string, tries: string, text: CoreText, wanted: string): Scenario {
  return {
    name,
    tries,
    withinMs: ENDED_WITHIN_MS,
    async run(attacker: Attacker): Promise<Containment> {
      const vtid = await attacker.start(await coreImage(text));
      const since = performance.now();
      const answer = await attacker.client.ipc.rpc(vtid, 'do', ANSWER_WITHIN_MS, new Uint8Array(1));
      const ms = performance.now() - since;
      const reason = answer.ok ? 'ok' : answer.error.tag;
      if (reason !== wanted) throw new NotContainedError(`its caller is told ${reason}`);
      return { ms, reason };
    },
  };
}

const unstarted: Scenario = {
  name: 'never started',
  tries: 'is killed before it was started',
  withinMs: 500,
  async run(attacker) {
    const made = await attacker.make(await coreImage({}));
    if (!made.ok) throw new NotContainedError(textOf(made.error));
    const ms = await attacker.kill(made.value);
    const reason = await attacker.reasonOf(made.value);
    if (reason?.tag !== 'killed') throw new NotContainedError(`it ended with ${reason?.tag}`);
    return { ms, reason: 'killed' };
  },
};

/** Guests that end, or do not answer, in every state that a vTask has. */
export const lifeScenarios: readonly Scenario[] = [
  unstarted,
  ends(
    { name: 'dies as it starts', tries: 'traps in its start function' },
    () => coreImage({ fields: '(func $s unreachable) (start $s)' }),
    /^start-failed: trap: unreachable$/,
  ),
  ends(
    { name: 'calls as it starts', tries: 'waits in its start function' },
    () =>
      coreImage({
        imports: ['receive'],
        fields: '(func $s (call $receive (i32.const 10) (i32.const 1040))) (start $s)',
      }),
    /^exited: 0$|^start-failed: /,
  ),
  ends(
    { name: 'dies as it runs', tries: 'traps in run' },
    () => coreImage({ run: '(unreachable)' }),
    /^trapped: trap: unreachable$/,
  ),
  ends(
    { name: 'throws', tries: 'throws what it does not catch' },
    () => coreImage({ run: '(throw $e)', fields: '(tag $e)' }),
    /^trapped: trap: an exception that the program did not catch$/,
  ),
  asks(
    'dies as it answers',
    'traps in the handler of a request',
    { onRpc: '(unreachable)' },
    'task-died',
  ),
  asks('never replies', 'promises an answer and never gives it', { onRpc: LATER }, 'timeout'),
  asks(
    'answers out of bounds',
    'answers with what lies beyond its memory',
    {
      onRpc: `(i32.store8 (i32.const 1040) (i32.const 0)) (i32.store (i32.const 1044) (i32.const -8))
        (i32.store (i32.const 1048) (i32.const 64)) (i32.const 1040)`,
    },
    'task-died',
  ),
  endless({ name: 'killed as it waits', tries: 'waits for ever' }, () =>
    coreImage({
      imports: ['receive'],
      run: '(call $receive (i32.const -1) (i32.const 1040)) (i32.const 0)',
    }),
  ),
];
