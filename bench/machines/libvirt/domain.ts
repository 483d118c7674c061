import type { Shape } from '#posiv-wit/generated/machine.ts';

export interface DomainInit {
  readonly name: string;
  readonly shape: Shape;
  readonly kernel: string;
  readonly initrd: string;
  readonly commandLine: string;
  /** A qcow2. */
  readonly disk: string;
  /** Where its console is to be listened for. */
  readonly console: string;
}

/**
 * A machine as libvirt is told of it (https://libvirt.org/formatdomain.html): the same as services/machine/qemu/arguments.ts makes of
 * a template with an image.
 */
export function domainXml(init: DomainInit): string {
  const { name, shape, kernel, initrd, commandLine, disk, console } = init;
  return `<domain type='qemu'>
  <name>${name}</name>
  <memory unit='b'>${shape.memory}</memory>
  <vcpu>${shape.processors}</vcpu>
  <os>
    <type arch='x86_64' machine='pc'>hvm</type>
    <kernel>${kernel}</kernel>
    <initrd>${initrd}</initrd>
    <cmdline>console=ttyS0 ${commandLine}</cmdline>
  </os>
  <features><acpi/><tcg><tb-cache unit='MiB'>16</tb-cache></tcg></features>
  <cpu mode='maximum'/>
  <devices>
    <disk type='file' device='disk'>
      <driver name='qemu' type='qcow2' discard='unmap'/>
      <source file='${disk}'/>
      <target dev='vda' bus='virtio'/>
    </disk>
    <controller type='usb' model='none'/>
    <memballoon model='none'/>
    <rng model='virtio'><backend model='builtin'/></rng>
    <serial type='unix'>
      <source mode='bind' path='${console}'/>
      <target type='isa-serial' port='0'/>
    </serial>
  </devices>
</domain>
`;
}
