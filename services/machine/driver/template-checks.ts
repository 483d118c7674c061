import type { Spec } from '#posiv-wit/generated/machine.ts';
import { MachineFault } from '../errors.ts';
import { MAX_USER_DATA_BYTES } from '../images/seed.ts';

const MAX_READY_BYTES = 128;
/** Of a machine, and of a link. */
export const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** @throws {refused} */
export function checkTemplate({ name, template }: Pick<Spec, 'name' | 'template'>): void {
  const { kernel, image, userData, ready, board } = template;
  if (!NAME.test(name)) refuse(`name is ${JSON.stringify(name)}: 1 to 63 of a-z 0-9 -`);
  const said = bytesOf(ready);
  if (said < 1 || said > MAX_READY_BYTES)
    refuse(`ready has ${said} bytes: 1 to ${MAX_READY_BYTES}`);
  if (kernel === '' && image === undefined)
    refuse('the template has neither a kernel nor an image');
  if (board !== 'pc' && (kernel === '' || userData !== undefined))
    refuse('a machine that boots from its image, or has user data, needs the board pc');
  if (userData !== undefined && bytesOf(userData) > MAX_USER_DATA_BYTES)
    refuse(`user data has ${bytesOf(userData)} bytes: at most ${MAX_USER_DATA_BYTES}`);
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** @throws {refused} */
export function refuse(why: string): never {
  throw new MachineFault('refused', why);
}
