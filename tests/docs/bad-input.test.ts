import { readFile } from 'node:fs/promises';
import test from 'ava';

/** For each row of "What comes out otherwise" in docs/cluster.md, by how it begins: the tests that provoke it, with their files. */
const TESTED: Readonly<Record<string, readonly (readonly [file: string, title: string])[]>> = {
  'a data folder of a version before admission': [
    [
      'p2p/credentials/data-folders.test.ts',
      'of folders of the time before admission the founder takes the cluster over, and others need a ticket once',
    ],
  ],
  'a data folder of a later version': [
    [
      'cli/admission.test.ts',
      'a data folder of a later version is refused, and nothing in it is touched',
    ],
    [
      'p2p/credentials/data-folders.test.ts',
      'file of a later version, or a damaged one, is refused and left as it is',
    ],
  ],
  'a ticket of another cluster': [
    [
      'p2p/credentials/data-folders.test.ts',
      "a node of one cluster is not started with another's ticket, and its folder stays as it is",
    ],
  ],
  'files of different nodes in one data folder': [
    [
      'p2p/credentials/data-folders.test.ts',
      "a node does not start with another node's certificate",
    ],
    ['p2p/readiness.test.ts', "a node does not start with another node's roster"],
    [
      'p2p/registers/acceptor-log.test.ts',
      'the log of another node, cluster or version is refused',
    ],
  ],
  'a data folder of a member of another cluster': [
    [
      'node/bad-folders.test.ts',
      'a member of one cluster that is pointed at another stays out of it',
    ],
    ['p2p/readiness.test.ts', 'two clusters refuse each other'],
  ],
  "two processes with one node's key": [
    [
      'node/bad-folders.test.ts',
      'a node that runs on a copy of a running one’s folder is let in by nobody, and ends',
    ],
    [
      'p2p/hostile/identity.test.ts',
      'a second process with the key of a living node is refused, and the living one stays',
    ],
    ['p2p/hostile/identity.test.ts', 'a node whose counter of starts went backwards is refused'],
    ['p2p/twin.test.ts', 'a node that starts on an older copy of its folder ends'],
    [
      'cli/node.test.ts',
      'a second node with the same data folder is refused, and the first goes on',
    ],
  ],
  "an acceptor's log that is damaged": [
    [
      'node/bad-folders.test.ts',
      'a node whose acceptor log is damaged does not start, and leaves it as it is',
    ],
    [
      'node/bad-folders.test.ts',
      'a node whose acceptor log was moved away comes back as another acceptor, and nothing is lost',
    ],
  ],
  'an end of that log that was being written': [
    [
      'p2p/registers/acceptor-service.test.ts',
      'a torn end of the log is cut off, and damage in the middle is refused',
    ],
    [
      'p2p/registers/acceptor-service.test.ts',
      'what an acceptor on a real disk has answered is there after kill -9, over several lives',
    ],
  ],
  'half of the acceptors gone for good': [
    [
      'node/forced-quorum.test.ts',
      'with two of three acceptors gone for good a person forces a quorum: names and paths go on, and who comes back undoes nothing',
    ],
    [
      'node/forced-quorum.test.ts',
      'of registers that nobody has any more those of paths are restored from the index, with what they stand for',
    ],
  ],
  'a peer of another version of the protocol': [
    [
      'p2p/hostile/hello.test.ts',
      'a peer of another protocol version is refused, whatever the rest of its hello looks like',
    ],
    ['p2p/credentials/hopeless.test.ts', 'a node that joins by one of another version, which'],
  ],
  'frames whose length is a lie': [
    ['p2p/frame-decoder.test.ts', 'an announced length takes no memory before the bytes come'],
    [
      'p2p/hostile/handshake.test.ts',
      'a peer that announces a huge frame is cut off before it sends it',
    ],
    [
      'p2p/credentials/strangers.test.ts',
      'a stranger that announces more than a greeting is cut off before it sends it',
    ],
    [
      'p2p/hostile-libp2p.test.ts',
      'a muxer frame of four gibibytes is cut off long before it is here',
    ],
  ],
  'clocks that are a day apart': [
    [
      'p2p/credentials/tickets.test.ts',
      'nodes whose clocks are a day apart join and talk as others do',
    ],
  ],
  'a flood of strangers': [
    ['p2p/hostile/handshake.test.ts', 'handshakes beyond the limit are cut off, and members stay'],
    [
      'p2p/hostile/handshake.test.ts',
      'however many strangers come from one address, those of others are let in',
    ],
    [
      'p2p/hostile-libp2p.test.ts',
      'of connections from one address that say nothing half of all that may be encrypted are kept',
    ],
    [
      'p2p/hostile-libp2p.test.ts',
      'of peers that open no stream 256 are borne, and the oldest goes first',
    ],
  ],
  'a member that asks for too much': [
    ['p2p/bulk/pacer.test.ts', 'peers follow each other however many pulls each has'],
    ['p2p/bulk/hostile-pullers.test.ts', 'a puller that asks on and reads no answer is cut off'],
    [
      'p2p/relay/hostile.test.ts',
      'however much one member asks for, a relay has circuits for the others',
    ],
    [
      'p2p/hostile/admitted.test.ts',
      'of the tickets that a member passes on a bounded number is looked at',
    ],
  ],
  'a node that admits and revokes without end': [
    [
      'p2p/credentials/revocations.test.ts',
      'however much a node that admits revokes, the root revokes it, and all that it has said is gone',
    ],
  ],
  'many that join at once': [
    [
      'p2p/credentials/tickets.test.ts',
      'of many that join at once 32 are let in at a time, and the others once there is room',
    ],
  ],
};

async function read(path: string): Promise<string> {
  return readFile(new URL(`../../${path}`, import.meta.url), 'utf8');
}

test('each bad input that docs/cluster.md tells the outcome of has tests that provoke it', async (t) => {
  const page = await read('docs/cluster.md');
  const table = page.split('*What comes out otherwise*')[1]?.split('\n## ')[0] ?? '';
  const rows = [...table.matchAll(/^\| ([a-z][^|]*) \|/gm)].map(([, what]) => what!);
  const begins = Object.keys(TESTED);
  for (const row of rows)
    t.true(
      begins.some((begin) => row.startsWith(begin)),
      row,
    );
  for (const [begin, tests] of Object.entries(TESTED)) {
    t.true(
      rows.some((row) => row.startsWith(begin)),
      begin,
    );
    for (const [file, title] of tests)
      t.true((await read(`tests/${file}`)).includes(title), `${file}: ${title}`);
  }
});
