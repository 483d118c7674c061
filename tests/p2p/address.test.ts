import test from 'ava';
import { multiaddrOf } from '#p2p/address.ts';

const MEANT: readonly (readonly [given: string, meant: string])[] = [
  ['nodes.example.org:4700', '/dns/nodes.example.org/tcp/4700'],
  ['localhost:1', '/dns/localhost/tcp/1'],
  ['192.0.2.7:4700', '/ip4/192.0.2.7/tcp/4700'],
  ['[2001:db8::7]:4700', '/ip6/2001:db8::7/tcp/4700'],
  ['/dns4/nodes.example.org/tcp/4700', '/dns4/nodes.example.org/tcp/4700'],
];

for (const [given, meant] of MEANT)
  test(`${given} is ${meant}`, (t) => {
    t.is(multiaddrOf(given), meant);
  });

for (const given of ['localhost', ':4700', 'localhost:65536', '[192.0.2.7]:1', 'a/b:1', '::1:4700'])
  test(`${given} stays what it is, which is no address`, (t) => {
    t.is(multiaddrOf(given), given);
  });
