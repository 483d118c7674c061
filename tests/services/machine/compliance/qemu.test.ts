import { comply } from './suite.ts';

// That it runs under KVM is for machines that have one.
comply('qemu-tcg', {
  install: 'qemu-system-x86 qemu-utils',
  keep: (word) => `echo ${word} > /dev/vda; sync`,
  kept: 'head -c 10 /dev/vda',
  off: 'reboot -f',
  process: /qemu-system/,
});
