// What the agent of a machine understands and says, as the program that nodes run, with a hypervisor that only remembers.
import test from 'ava';
import fc from 'fast-check';
import type { Made, MachineError, Offer, Spec } from '#posiv-wit/generated/machine.ts';
import { err, ok } from '#posiv-wit/result.ts';
import { wordsOf } from '#services/machine/guests/agent-order.ts';
import { CoreTask } from '#tests/services/mapreduce/support/core-task.ts';
import { coreModule } from '#tests/services/mapreduce/support/images.ts';

const MADE: Made = { state: 'paused', createMs: 70_000, moved: undefined };

let agent: WebAssembly.Module;

test.before(async () => {
  agent = await coreModule('machine-agent');
});

const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const id = fc.stringMatching(/^[a-z0-9=:-]{1,50}$/);
const count = fc.oneof(fc.nat(), fc.maxSafeNat());
const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined });
const port = fc.nat({ max: 65_535 });
const forward = fc.record({ address: fc.ipV4(), hostPort: port, guestPort: port });
const network = fc.oneof(
  fc.record({ tag: fc.constant('link' as const), val: id }),
  fc.record({
    tag: fc.constant('user' as const),
    val: fc.record({ outward: fc.boolean(), forwards: fc.array(forward, { maxLength: 20 }) }),
  }),
);
// More than a driver takes, which says so.
const cards = fc.array(fc.record({ mac: id, network }), { maxLength: 6 });
const spec: fc.Arbitrary<Spec> = fc.record({
  name: id,
  template: fc.record({
    kernel: fc.oneof(id, fc.constant('')),
    initrd: id,
    commandLine: text,
    image: optional(fc.record({ pieces: id, index: id })),
    userData: optional(text),
    board: fc.constantFrom('pc', 'microvm'),
    ready: text,
  }),
  shape: fc.record({ memory: count, processors: fc.nat({ max: 2 ** 32 - 1 }), disk: count }),
  cards,
  bandwidth: count,
  from: optional(fc.record({ memory: optional(id), disk: id, cpu: optional(id) })),
  paused: fc.boolean(),
  backend: optional(fc.constantFrom('qemu-kvm', 'qemu-tcg', 'v86', 'container')),
});

/** Runs an agent until its hypervisor was asked, or it said no. @returns what it asked for */
function run(words: string[], answer: unknown = ok(MADE)): { task: CoreTask; asked: unknown[] } {
  const asked: unknown[] = [];
  const ask = (...of: unknown[]): unknown => {
    asked.push(...of);
    return answer;
  };
  const interfaces = { create: ask, migrateIn: ask, registerMsg: () => ok() };
  return { task: new CoreTask(agent, { interface: () => interfaces }, words), asked };
}

test('an agent makes what its words say, whatever that is', async (t) => {
  await fc.assert(
    fc.asyncProperty(spec, async (wanted) => {
      const { task, asked } = run(wordsOf(wanted));
      t.deepEqual(await task.ended, ok(0));
      t.deepEqual(asked, [wanted]);
    }),
    { numRuns: 300 },
  );
});

test('an agent that is offered a machine takes it over in place of making one', async (t) => {
  const offer: Offer = { node: 'node-of-it', token: 'nobody=guesses:it' };
  const [wanted] = fc.sample(spec, 1) as [Spec];
  const { task, asked } = run(wordsOf(wanted, offer));
  t.deepEqual(await task.ended, ok(0));
  t.deepEqual(asked, [wanted, offer]);
});

test('an agent that could not make its machine says why, whole, and dies of it', async (t) => {
  const why = 'its console said: '.padEnd(6_000, 'kernel panic ');
  const error: MachineError = { tag: 'not-ready', val: why };
  const [wanted] = fc.sample(spec, 1) as [Spec];
  const { task } = run(wordsOf(wanted), err(error));
  t.deepEqual(await task.ask('made', null), {
    failure: { code: 'not-ready', text: `not-ready: ${why}` },
  });
  const end = await task.ended;
  t.true(!end.ok && end.error.startsWith('not-ready: its console said: kernel panic'));
});

for (const [what, words] of [
  ['a word that it does not know', ['name=web', 'colour=blue']],
  ['a number that is none', ['memory=64M']],
  ['a number past all bounds', ['disk=18446744073709551616']],
  ['a backend that there is not', ['backend=xen']],
  ['a link without a card', ['link=lan']],
  ['a port past all ports', ['card=1', 'forward=127.0.0.1:65536:80']],
  ['a forward without a port', ['card=1', 'forward=80']],
] as const)
  test(`an agent asks for nothing when it is told ${what}`, async (t) => {
    const { task, asked } = run([...words]);
    t.deepEqual(await task.ask('made', null), {
      failure: { code: 'refused', text: `refused: ${words.at(-1)}` },
    });
    t.deepEqual(asked, []);
    t.false((await task.ended).ok);
  });
