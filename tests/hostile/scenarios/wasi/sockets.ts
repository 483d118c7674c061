import { abuses, type Abuse, HELD } from '../../abuses.ts';
import { OUT, type WasiCall } from '../../guests/wasi-image.ts';
import type { Scenario } from '../../scenario.ts';
import { badResults, forged, forgedDrops, hammers, hoards, onNothing } from './handles.ts';

/** Its place among the cases of `error-code`. */
const ACCESS_DENIED = 1;

/** Held if it is refused with the right code: a result of 8 bytes, whose error lies 4 behind its tag. */
const denied = (what: string, call: string): Abuse => ({
  what,
  body: `(i32.store ${OUT} (i32.const 0)) ${call}
    (i32.or (i32.ne (i32.load8_u ${OUT}) (i32.const 1)) (i32.ne (i32.load8_u (i32.const 1044)) (i32.const ${ACCESS_DENIED})))`,
  end: HELD,
});

const network = abuses(
  'wasi:sockets/network',
  {
    'sockets/network': {
      dropNetwork: ['[resource-drop]network', 'i32'],
    },
  },
  [...forgedDrops('dropNetwork')],
);

const instance = abuses(
  'wasi:sockets/instance-network',
  {
    'sockets/instance-network': { network: ['instance-network', '', 'i32'] },
    'sockets/network': { dropNetwork: ['[resource-drop]network', 'i32'] },
  },
  hoards('(call $network)', 'dropNetwork'),
);

function creation(protocol: 'tcp' | 'udp'): Scenario {
  const create = (family: number): string => `(call $create (i32.const ${family}) ${OUT})`;
  return abuses(
    `wasi:sockets/${protocol}-create-socket`,
    {
      [`sockets/${protocol}-create-socket`]: { create: [`create-${protocol}-socket`, 'i32 i32'] },
    },
    [
      denied('opens one of IPv4', create(0)),
      denied('opens one of IPv6', create(1)),
      hammers('opens without end', create(0)),
      ...badResults((out) => `(call $create (i32.const 0) ${out})`),
    ],
  );
}

/** By method: its flat parameters after `self`, what is passed for them, and what it gives. */
type Methods = Readonly<Record<string, readonly [types: string, params: string, result?: string]>>;

/** An address of IPv4: its case, a port and four parts, and places that only the other case fills. */
const ADDRESS_TYPES = 'i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32';
const LOOPBACK = ['0', '22', '127', '0', '0', '1', '0', '0', '0', '0', '0', '0']
  .map((part) => `(i32.const ${part})`)
  .join(' ');
const NETWORK = '(i32.const 1)';

const COMMON: Methods = {
  'start-bind': [`i32 ${ADDRESS_TYPES} i32`, `${NETWORK} ${LOOPBACK} ${OUT}`],
  'finish-bind': ['i32', OUT],
  'local-address': ['i32', OUT],
  'remote-address': ['i32', OUT],
  'address-family': ['', '', 'i32'],
  'receive-buffer-size': ['i32', OUT],
  'set-send-buffer-size': ['i64 i32', `(i64.const -1) ${OUT}`],
  subscribe: ['', '', 'i32'],
};

const TCP: Methods = {
  ...COMMON,
  'start-connect': [`i32 ${ADDRESS_TYPES} i32`, `${NETWORK} ${LOOPBACK} ${OUT}`],
  'finish-connect': ['i32', OUT],
  'start-listen': ['i32', OUT],
  'finish-listen': ['i32', OUT],
  accept: ['i32', OUT],
  'is-listening': ['', '', 'i32'],
  'set-listen-backlog-size': ['i64 i32', `(i64.const -1) ${OUT}`],
  shutdown: ['i32 i32', `(i32.const 2) ${OUT}`],
};

const UDP: Methods = {
  ...COMMON,
  stream: [`i32 ${ADDRESS_TYPES} i32`, `(i32.const 1) ${LOOPBACK} ${OUT}`],
  'unicast-hop-limit': ['i32', OUT],
};

const INCOMING: Methods = { receive: ['i64 i32', `(i64.const -1) ${OUT}`] };
const OUTGOING: Methods = {
  'check-send': ['i32', OUT],
  send: ['i32 i32 i32', `(i32.const 0) (i32.const -1) ${OUT}`],
};

const SELF = '(i32.const 1)';

function ofKind(
  kind: string,
  methods: Methods,
): readonly [Record<string, WasiCall>, readonly Abuse[]] {
  const calls = Object.entries(methods).map(([name, [types, , result]]): [string, WasiCall] => [
    `${kind}.${name}`,
    result === undefined
      ? [`[method]${kind}.${name}`, `i32 ${types}`]
      : [`[method]${kind}.${name}`, `i32 ${types}`, result],
  ]);
  const list = Object.entries(methods).map(([name, [, params, result]]) => {
    const call = `(call $${kind}.${name} ${SELF} ${params})`;
    return onNothing(`calls ${name} of a ${kind} that is not`, result ? `(drop ${call})` : call);
  });
  return [Object.fromEntries(calls), list];
}

function sockets(protocol: 'tcp' | 'udp', kinds: Readonly<Record<string, Methods>>): Scenario {
  const made = Object.entries(kinds).map(([kind, methods]) => ofKind(kind, methods));
  const drop: WasiCall = [`[resource-drop]${protocol}-socket`, 'i32'];
  return abuses(
    `wasi:sockets/${protocol}`,
    {
      [`sockets/${protocol}`]: Object.assign({ dropSocket: drop }, ...made.map(([calls]) => calls)),
    },
    [...made.flatMap(([, list]) => list), ...forgedDrops('dropSocket')],
  );
}

const RESOLVE = (self: string, name: string, out = OUT): string =>
  `(call $resolve ${self} ${name} ${out})`;
const HOST = '(i32.const 1024) (i32.const 2)';

const lookUp = abuses(
  'wasi:sockets/ip-name-lookup',
  {
    'sockets/ip-name-lookup': {
      resolve: ['resolve-addresses', 'i32 i32 i32 i32'],
      next: ['[method]resolve-address-stream.resolve-next-address', 'i32 i32'],
      dropStream: ['[resource-drop]resolve-address-stream', 'i32'],
    },
    'sockets/instance-network': { network: ['instance-network', '', 'i32'] },
  },
  [
    denied('looks a name up', RESOLVE('(call $network)', HOST)),
    denied('looks up a name of 4 GiB', RESOLVE('(call $network)', '(i32.const 0) (i32.const -1)')),
    {
      what: 'looks names up without end',
      body: `(local.set $i (call $network)) (loop $l ${RESOLVE('(local.get $i)', HOST)} (br $l)) (unreachable)`,
      end: 'killed',
    },
    onNothing('wants the next address of nothing', `(call $next ${SELF} ${OUT})`),
    ...forged('looks up with', (handle) => RESOLVE(handle, HOST)),
    ...forgedDrops('dropStream'),
    ...badResults((out) => RESOLVE('(call $network)', HOST, out)),
  ],
);

export const socketScenarios: readonly Scenario[] = [
  network,
  instance,
  creation('tcp'),
  creation('udp'),
  sockets('tcp', { 'tcp-socket': TCP }),
  sockets('udp', {
    'udp-socket': UDP,
    'incoming-datagram-stream': INCOMING,
    'outgoing-datagram-stream': OUTGOING,
  }),
  lookUp,
];
