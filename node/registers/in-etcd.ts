import type { Clock } from '#kernel/clock.ts';
import type { Logger } from '#kernel/logger.ts';
import type { Random } from '#kernel/random.ts';
import type { PeerNetwork } from '#p2p/peer-network.ts';
import { EtcdRegisters, type EtcdRegistersInit } from '#p2p/registers/etcd/etcd-registers.ts';
import type { EtcdGateway } from '#p2p/registers/etcd/gateway.ts';
import { decodeFrame, encodeFrame } from '#p2p/registers/register-frames.ts';
import { LEAST_SAFE, type RegisterHome } from './register-home.ts';

export interface EtcdComponents {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly network: PeerNetwork;
  readonly gateway: Pick<EtcdGateway, 'ask' | 'name'>;
}

/** Registers in an etcd cluster that the users have. */
export function registersInEtcd(
  { network, ...components }: EtcdComponents,
  init: EtcdRegistersInit,
): RegisterHome {
  const registers = new EtcdRegisters(components, init);
  return {
    operations: registers,
    get bearsLoss() {
      return registers.members >= LEAST_SAFE;
    },
    keepers: [],
    epoch: 0,
    mismatch: undefined,
    receive(node, frame) {
      // Whoever tells of its acceptor looks for them.
      if (decodeFrame(frame).tag !== 'news') return;
      const where = `in etcd at ${components.gateway.name}`;
      network.sendRegisters(node, encodeFrame({ tag: 'elsewhere', val: where }));
    },
    up() {},
    [Symbol.asyncDispose]: () => registers[Symbol.asyncDispose](),
  };
}
