import { comply } from './suite.ts';

// It has no disk: what it keeps goes with it.
comply('v86', {
  install: 'npm',
  keep: () => '',
  kept: '',
  off: 'reboot -f',
  process: /v86\/emulator/,
});
