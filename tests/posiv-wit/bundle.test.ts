import { componentEmbed } from '@bytecodealliance/jco';
import test from 'ava';
import { bundleUserWit, bundleWit } from '#posiv-wit/bundle.ts';
import { loadPackages } from '#posiv-wit/generate/sources.ts';

// The tool's own parser says whether a text is WIT.
async function accepts(witSource: string): Promise<boolean> {
  const embedded = await componentEmbed({ dummy: true, witSource, world: 'guest' });
  return embedded.length > 0;
}

const USER = `// A service.
package me:app@1.2.0;

interface greeter {
  greet: func(name: string) -> string;
}

world mine {
  include posiv:kernel/service@0.1.0;
  export greeter;
}
`;

test('every world of POSIV can be built for', async (t) => {
  for (const world of loadPackages().flatMap((each) => each.worlds)) {
    t.true(await accepts(bundleWit(world.id)), world.id);
  }
});

test('a user’s package is joined with ours by the short or the full name of its world', async (t) => {
  t.true(await accepts(bundleUserWit(USER, 'mine')));
  t.true(await accepts(bundleUserWit(USER, 'me:app/mine@1.2.0')));
  t.true(await accepts(bundleUserWit(USER.replace('world mine', 'world guest'), 'guest')));
});

test('a user’s package may take a world of ours', async (t) => {
  t.true(await accepts(bundleUserWit('package me:app;', 'posiv:kernel/program-task@0.1.0')));
});

test('what only nodes speak is not offered to guests', (t) => {
  t.notRegex(bundleWit('posiv:kernel/service@0.1.0'), /package posiv:(?:wire|p2p)/);
});

test('a world’s name is not WIT that is put in', (t) => {
  for (const world of ['', 'x; } world y {', 'posiv:kernel/service@0.1.0;', 'a/b']) {
    t.throws(() => bundleWit(world), { code: 'malformed-wit' });
    t.throws(() => bundleUserWit(USER, world), { code: 'malformed-wit' });
  }
});

test('a user’s text without a package is refused', (t) => {
  t.throws(() => bundleUserWit('world mine {}', 'mine'), { code: 'malformed-wit' });
});
