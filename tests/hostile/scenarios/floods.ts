import { setTimeout as pause } from 'node:timers/promises';
import { adapted } from '#tests/wasm-abi/wasi/guests.ts';
import { good } from '#tests/support/results.ts';
import { birthLife, birthNode, mintVtid } from '#kernel/vtid.ts';
import { systemRandom } from '#kernel/system-random.ts';
import type { Attacker } from '../attacker.ts';
import { endless, held } from '../families.ts';
import { commandImage, posivImage } from '../guests/c-image.ts';
import { echoImage } from '../guests/core-image.ts';
import { GIVEN_UP_MS } from '../outcomes.ts';
import { NotContainedError, type Scenario } from '../scenario.ts';

// What lists a thousand without a rest has the processors that those who are heard want.
const LOOK_EVERY_MS = 20;
const ALL_ENDED_WITHIN_MS = 20_000;

const floods = (): Promise<Uint8Array> => posivImage('floods');

/** A vTask that was made and never started: what is sent to it stays in its mailbox. */
const atDeaf = (what: string) => async (attacker: Attacker) => [
  what,
  good(await attacker.make(await echoImage())),
];

/** A vTask that answers, in the same lane. */
const atEcho = (what: string) => async (attacker: Attacker) => [
  what,
  await attacker.start(await echoImage()),
];

const atStranger = (what: string) => (attacker: Attacker) => [what, attacker.stranger];

const FLOODS = [
  ['mail flood', 'sends 256 KiB messages to one that takes none', atDeaf('mail')],
  ['small mail flood', 'sends empty messages to one that takes none', atDeaf('small mail')],
  ['rpc storm', 'has all requests out that it may, without end', atEcho('storm')],
  ['rpc storm abroad', "the same at another tenant's vTask", atStranger('storm')],
  ['log flood', 'writes 64 KiB entries to its log without end', () => ['log']],
  ['log line flood', 'writes short entries to its log without end', () => ['log lines']],
  ['output flood', 'writes to its output without end', () => ['output']],
] as const;

const spawnBomb: Scenario = {
  name: 'spawn bomb',
  tries: 'makes vTasks that make vTasks',
  withinMs: ALL_ENDED_WITHIN_MS,
  async run(attacker) {
    const path = await attacker.store(await floods());
    const vtid = await attacker.start(await floods(), ['spawn', path]);
    await attacker.begun(vtid);
    await attacker.rage();
    const since = performance.now();
    await attacker.kill(vtid);
    for (;;) {
      const all = good(await attacker.client.vtask.list(undefined));
      const living = all.filter((each) => each.image === path && each.reason === undefined);
      const ms = performance.now() - since;
      if (living.length === 0) return { ms, reason: `killed, and the ${all.length} that it made` };
      if (ms > GIVEN_UP_MS) throw new NotContainedError(`${living.length} of its children live`);
      await pause(LOOK_EVERY_MS);
    }
  },
};

/** Guests that send, write, make and watch as much as they can, and that reach for what is not theirs. */
export const floodScenarios: readonly Scenario[] = [
  ...FLOODS.map(([name, tries, cmd]) => endless({ name, tries }, floods, undefined, cmd)),
  endless(
    {
      name: 'endless stdout',
      tries: 'a WASI preview 1 command that writes a mebibyte, without end',
    },
    () => commandImage('output'),
  ),
  endless({ name: 'endless stdout, 0.2', tries: 'the same as a component of WASI 0.2' }, async () =>
    adapted(await commandImage('output')),
  ),
  spawnBomb,
  held({ name: 'watch bomb', tries: 'watches one vTask 20,000 times' }, floods, (attacker) => [
    'watch',
    attacker.neighbour,
  ]),
  held({ name: 'rpc cycle', tries: 'asks itself' }, floods, () => ['cycle']),
  held(
    { name: "another tenant's vtid", tries: 'asks, kills, watches one that it knows the vtid of' },
    floods,
    atStranger('forge'),
  ),
  held(
    { name: 'forged vtid', tries: 'the same with a vtid that it made up' },
    floods,
    ({ client: { vtid } }) => {
      const life = { self: birthNode(vtid)!, incarnation: birthLife(vtid) };
      return ['forge', mintVtid(life, systemRandom)];
    },
  ),
  held(
    { name: 'forged grants', tries: 'gives a child what it does not hold' },
    floods,
    async (attacker) => ['grant', await attacker.store(await echoImage())],
  ),
  held({ name: 'forged tokens', tries: 'answers requests that it was never asked' }, floods, () => [
    'tokens',
  ]),
  held({ name: 'clock steps', tries: 'looks for steps of the clock below 20 us' }, floods, () => [
    'time',
  ]),
];
