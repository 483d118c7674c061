import test from 'ava';
import { originOf } from '#p2p/origin.ts';
import { circuitAddress } from '#p2p/relay/circuit-address.ts';
import { memoryId } from './support/memory-network.ts';

for (const [what, one, other, alike] of [
  ['ports of an address', '/ip4/10.0.0.1/tcp/1', '/ip4/10.0.0.1/tcp/2', true],
  ['addresses of version 4', '/ip4/10.0.0.1/tcp/1', '/ip4/10.0.0.2/tcp/1', false],
  ['a network of version 6', '/ip6/2001:db8:1:2::1/tcp/1', '/ip6/2001:db8:1:2:3::/tcp/2', true],
  ['networks of version 6', '/ip6/2001:db8:1:2::1/tcp/1', '/ip6/2001:db8:1:3::1/tcp/1', false],
  ['ways to write a network', '/ip6/2001:0DB8::1/tcp/1', '/ip6/2001:db8:0:0:9::/tcp/1', true],
  ['mapped addresses', '/ip6/::ffff:10.0.0.1/tcp/1', '/ip6/::ffff:10.0.0.2/tcp/1', false],
  ['ways to write one', '/ip6/::ffff:10.0.0.1/tcp/1', '/ip6/::ffff:a00:1/tcp/2', true],
  [
    'nodes by way of a relay',
    circuitAddress(memoryId('r'), memoryId('a')),
    circuitAddress(memoryId('r'), memoryId('b')),
    true,
  ],
] as const)
  test(`${what} ${alike ? 'have one origin' : 'have origins of their own'}`, (t) => {
    t.is(originOf(one) === originOf(other), alike);
  });
