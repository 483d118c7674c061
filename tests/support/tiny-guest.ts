/**
 * A guest that has started within a second, translated: a "kernel" of 350 bytes that stays in the BIOS's world. What is typed on its
 * console it says back, but for these: `c` counts there, a line of four hexadecimal digits at each tick of its clock (18 a second); `d` writes
 * into all of its memory below 640 KiB, as fast as it can; `s` stands still again; `w` and a letter writes that to its disk, and says `W`;
 * `r` says what letter is there; `!` switches it off. Assembled of tests/fixtures/machines/tiny-guest.s:
 *
 *     as --32 -o guest.o tiny-guest.s && objcopy -O binary guest.o guest && xxd -s 0x200 -l 0x170 -p guest
 */
const CODE = [
  'eb66486472530402000000000000000000010000000000000000000000000000000000000000000000000000',
  'ffffff3700000000000000000000000000000000000000000000000000000000000000000000000000000000',
  '000000000000000000000000000000000e1ffcfbbe4d01e8cd00bafd03eca8017549a04a013c63741b3c6474',
  '03f4ebeab800308ec026fe0600000500013d009072f1ebd6f48b1e4b01ff064b01b90400c1c30488d8240f04',
  '303c3976020427e87600e2ecb00ae86f00ebafe85d003c6374193c6474153c7374113c7774123c7274213c21',
  '7430e84f00eb8fa24a01eb8ae83800a26501b443e82200b057e83800e977ffc60665013fb442e81000a06501',
  'e82500e964ffb0fee664f4ebf98c0e5b01be550130c0b280cd13c3bafd03eca80174fbbaf803ecc350bafd03',
  'eca82074fb58baf803eec3ac84c07405e8e9ffebf6c37300007265616479232000100001006501',
];

const CODE_AT = 0x200;
const BYTES = 6_656;

/** As a Linux kernel (Documentation/arch/x86/boot.rst of Linux), by which QEMU finds what to start. */
export function tinyGuest(): Uint8Array {
  const image = Buffer.alloc(BYTES);
  image[0x1f1] = 4; // sectors of the part that is started
  image.writeUInt16LE(0xaa55, 0x1fe);
  Buffer.from(CODE.join(''), 'hex').copy(image, CODE_AT);
  return image;
}

/** What such a machine is made of, but for where its kernel is. */
export const TINY_TEMPLATE = { commandLine: '', board: 'pc', ready: 'ready# ' } as const;
