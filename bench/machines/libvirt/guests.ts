import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BootBytes } from '#cli/machine/template/debian.ts';
import { SETTINGS } from '#cli/machine/template/stored-template.ts';
import { Semaphore } from '#services/vstore/semaphore.ts';
import { ANSWER, QUESTION, SHAPE } from '../stage.ts';
import { domainXml } from './domain.ts';
import type { Libvirt } from './libvirt.ts';

const run = promisify(execFile);

/** As many as a master of machines has made at once (services/machine/guests/fleet.ts). */
const AT_ONCE = 8;
const ANSWERS_WITHIN_MS = 240_000; // as long as an agent waits

/** Machines of libvirt, by their numbers. */
export class LibvirtGuests {
  readonly #libvirt: Libvirt;

  private constructor(libvirt: Libvirt) {
    this.#libvirt = libvirt;
  }

  /** @param image what is on each of their disks at first, raw */
  static async of(
    libvirt: Libvirt,
    { kernel, initrd }: BootBytes,
    image: Uint8Array,
  ): Promise<LibvirtGuests> {
    const guests = new LibvirtGuests(libvirt);
    await writeFile(guests.#file('kernel'), kernel);
    await writeFile(guests.#file('initrd'), initrd);
    await writeFile(guests.#file('image'), image);
    return guests;
  }

  /** Makes so many and waits until each has booted and answers. */
  async boot(count: number): Promise<void> {
    await atOnce(count, async (number) => {
      const [disk, xml] = [this.#file(`${number}.qcow2`), this.#file(`${number}.xml`)];
      const base = ['-b', this.#file('image'), '-F', 'raw'];
      await run('qemu-img', ['create', '-q', '-f', 'qcow2', ...base, disk, `${SHAPE.disk}`]);
      const domain = {
        name: `m${number}`,
        shape: SHAPE,
        kernel: this.#file('kernel'),
        initrd: this.#file('initrd'),
        commandLine: SETTINGS.commandLine,
        disk,
        console: this.#console(number),
      };
      await writeFile(xml, domainXml(domain));
      await this.#libvirt.virsh('create', xml);
      await answers(this.#console(number), SETTINGS.ready);
    });
  }

  /** Takes them down, each into a file. */
  save(count: number): Promise<void> {
    return atOnce(count, async (number) => {
      await this.#libvirt.virsh('save', `m${number}`, this.#file(`${number}.saved`));
    });
  }

  /** Lets them go on from these, and waits until each answers. */
  restore(count: number): Promise<void> {
    return atOnce(count, async (number) => {
      await this.#libvirt.virsh('restore', this.#file(`${number}.saved`));
      await answers(this.#console(number));
    });
  }

  async end(count: number): Promise<void> {
    await atOnce(count, async (number) => {
      await this.#libvirt.virsh('destroy', `m${number}`);
      for (const end of ['qcow2', 'saved'])
        await rm(this.#file(`${number}.${end}`), { force: true });
    });
  }

  #console(number: number): string {
    return this.#file(`${number}.console`);
  }

  #file(name: string): string {
    return join(this.#libvirt.folder, name);
  }
}

async function atOnce(count: number, work: (number: number) => Promise<void>): Promise<void> {
  const places = new Semaphore(AT_ONCE);
  await Promise.all(Array.from({ length: count }, (_, number) => places.run(() => work(number))));
}

/** Types a question on a console, once that has said something if so, and waits for the answer. @throws it does not answer in time */
async function answers(console: string, ready?: string): Promise<void> {
  const socket = connect(console);
  const late = setTimeout(() => {
    socket.destroy(new Error(`${console} has not answered for ${ANSWERS_WITHIN_MS} ms`));
  }, ANSWERS_WITHIN_MS);
  try {
    await once(socket, 'connect');
    let said = '';
    let asked = ready === undefined;
    if (asked) socket.write(QUESTION);
    for await (const bytes of socket) {
      said += (bytes as Buffer).toString('latin1');
      if (!asked && said.includes(ready!)) {
        asked = true;
        socket.write(QUESTION);
      }
      if (said.includes(ANSWER)) return;
    }
    throw new Error(`${console} ended; it said ${said.slice(-600)}`);
  } finally {
    clearTimeout(late);
    socket.destroy();
  }
}
