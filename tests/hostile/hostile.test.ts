import test from 'ava';
import { Arena } from './arena.ts';
import { VTASK_LIMITS } from '#kernel/quota.ts';
import { tenantLimits } from '#kernel/tenants.ts';
import { CATALOGUE } from '#wasm-abi/wasi/catalogue.ts';
import { SCENARIOS } from './catalogue.ts';

// Containment and reasons, not latency: `npm run hostile` looks at that too.
const RAGE_MS = 50;

/** The most of a kind that one can be: the others of the kind are for the scorecard. */
const QUICK: readonly string[] = [
  'call',
  'return_call',
  'start function',
  'catch_all',
  'catch_all, waiting',
  'memory.fill',
  'handler',
  'realloc',
  'realloc of a request',
  'realloc of a result',
  'post-return',
  'caught trap',
  'memory bomb',
  'table bomb',
  'table-elements',
  'text out of bounds',
  'huge text',
  'huge name',
  'huge handler error',
  'arguments of 4 GiB',
  'call within realloc',
  'small mail flood',
  'log flood',
  'spawn bomb',
  "another tenant's vtid",
  'forged vtid',
  'forged grants',
  'rpc cycle',
  'template in a name',
  'epoch flag',
  'dies as it starts',
  'never replies',
  'forged tokens',
  'requests',
  'message-rate',
  'life-ms',
  'scratch-bytes',
  'image-bytes',
  'tenant-vtasks',
  'preview 1: arguments',
  'preview 1: files',
  'wasi:io/poll',
  'wasi:io/streams',
  'wasi:clocks/wall-clock',
  'wasi:cli/exit',
  'wasi:filesystem/types',
  'wasi:sockets/tcp',
];

let arena: Arena;
test.before(async () => {
  arena = await Arena.start();
});
test.after.always(() => arena[Symbol.asyncDispose]());

/** Of an interface there is a long list. */
function short(tries: string): string {
  return tries.split('; ', 1)[0] ?? '';
}

test('each of them is in the catalogue', (t) => {
  const names = SCENARIOS.map(({ name }) => name);
  t.deepEqual(
    [...QUICK].filter((name) => !names.includes(name)),
    [],
  );
  t.is(new Set(names).size, names.length, 'no name is taken twice');
});

test('each interface of WASI has one that abuses it', (t) => {
  const names = SCENARIOS.map(({ name }) => name);
  t.deepEqual(
    [...CATALOGUE.keys()].filter((name) => !names.includes(name)),
    [],
  );
});

test('each limit of a vTask and of a tenant has one that tries to pass it', (t) => {
  const names = SCENARIOS.map(({ name }) => name);
  const limits = [...Object.values(VTASK_LIMITS), ...Object.values(tenantLimits(2 ** 30))];
  t.deepEqual(
    limits.map(({ name }) => name).filter((name) => !names.includes(name)),
    [],
  );
});

for (const scenario of SCENARIOS) {
  if (!QUICK.includes(scenario.name)) continue;
  test.serial(
    `a guest that tries this is contained: ${scenario.name}: ${short(scenario.tries)}`,
    async (t) => {
      const attacker = await arena.attacker(RAGE_MS);
      const { reason } = await scenario.run(attacker);
      t.truthy(reason);
      t.true(arena.whole, 'its neighbours answer');
      await arena.leave(attacker);
    },
  );
}
