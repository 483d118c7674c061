import { comply } from './suite.ts';

comply('container', {
  install: 'bubblewrap',
  keep: (word) => `echo ${word} > /kept`,
  kept: 'cat /kept',
  off: 'exit',
  process: /bwrap/,
});
