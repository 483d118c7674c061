import {
  answers,
  noHandle,
  type WasiAbi,
  type WasiFunction,
  type WasiInterface,
} from './interface.ts';

/** Its place among the cases of `wasi:sockets/network`'s `error-code`. */
const ACCESS_DENIED = 1;

/** `result` of a resource and an `error-code`, which is always `access-denied`. */
function deny({ memory }: WasiAbi, out: number): void {
  memory.enter();
  const at = memory.at(out, 8, 4);
  memory.view.setUint8(at, 1);
  memory.view.setUint8(at + 4, ACCESS_DENIED);
}

const create: WasiFunction = answers((_, abi) => (__: number, out: number) => deny(abi, out));

/** The network of a vTask, with nothing on it. */
class Network {
  readonly kind = 'network';
}

/** Sockets cannot be made and names not be looked up; so there are none to call methods of. */
export const SOCKETS: readonly WasiInterface[] = [
  {
    name: 'wasi:sockets/network',
    resources: ['network'],
    functions: {
      // There are no errors to ask for it.
      'network-error-code': noHandle,
    },
  },
  {
    name: 'wasi:sockets/instance-network',
    resources: [],
    functions: {
      'instance-network': answers(
        (_, { handles }) =>
          () =>
            handles.open(new Network()),
      ),
    },
  },
  ...['tcp', 'udp'].map((protocol) => ({
    name: `wasi:sockets/${protocol}-create-socket`,
    resources: [],
    functions: {
      [`create-${protocol}-socket`]: create,
    },
  })),
  {
    name: 'wasi:sockets/tcp',
    resources: ['tcp-socket'],
    unheld: ['tcp-socket'],
    functions: {},
  },
  {
    name: 'wasi:sockets/udp',
    resources: ['udp-socket', 'incoming-datagram-stream', 'outgoing-datagram-stream'],
    unheld: ['udp-socket', 'incoming-datagram-stream', 'outgoing-datagram-stream'],
    functions: {},
  },
  {
    name: 'wasi:sockets/ip-name-lookup',
    resources: ['resolve-address-stream'],
    unheld: ['resolve-address-stream'],
    functions: {
      // The name is not even read.
      'resolve-addresses': answers(
        (_, abi) => (network: number, __: number, ___: number, out: number) => {
          abi.handles.get(network, Network);
          deny(abi, out);
        },
      ),
    },
  },
];
