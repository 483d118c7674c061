/**
 * A boot sector that says `ready# ` on the first serial line and stands still:
 *
 *     cld; xor ax,ax; mov ds,ax; mov si,text; next: lodsb; test al,al; jz end; mov ah,al; mov dx,3fdh
 *     full: in al,dx; test al,20h; jz full; mov dx,3f8h; mov al,ah; out dx,al; jmp next; end: hlt; jmp end
 */
export function bootSector(): Buffer {
  const sector = Buffer.alloc(512);
  const code = 'fc31c08ed8be227cac84c0741288c4bafd03eca82074fbbaf80388e0eeebe9f4ebfd';
  sector.write(code, 'hex');
  sector.write('ready# ', 0x22, 'latin1');
  sector.writeUInt16LE(0xaa55, 510);
  return sector;
}
