import type { Shape } from 'vstar/hosts';
import type { Spec } from 'vstar/hypervisor';
import { files } from 'vstar/vstore';
import type { Group } from './book.ts';
import { RefusedError } from './errors.ts';

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;
const MOST = 1_000; // of a group, whose file is written anew with each change

/** What `create` is asked for. */
export interface Request {
  name: string;
  /** 1, or several: then their names end with `-1`, `-2` and so on. */
  count: number;
  /** Its name, as `vstar machine template ls` has it. */
  template: string;
  shape: Shape;
  restart: Group['restart'];
  paused: boolean;
}

/** A template as it lies in vStore, under /machine-templates/NAME. */
interface StoredTemplate extends Omit<Spec['template'], 'kernel' | 'initrd'> {
  version: number;
  /** Paths beside it. */
  kernel: string;
  initrd: string;
}

/** The group that is asked for. @throws {refused} */
export function groupOf(request: Request, isTaken: (name: string) => boolean): Group {
  const { name, count, template, shape, restart, paused } = request;
  if (!NAME.test(name))
    throw new RefusedError(`name is ${JSON.stringify(name)}: 1 to 63 of a-z 0-9 -, no - first`);
  if (!(Number.isInteger(count) && count >= 1 && count <= MOST))
    throw new RefusedError(`count is ${count}: 1 to ${MOST}`);
  const names =
    count === 1 ? [name] : Array.from({ length: count }, (_, at) => `${name}-${at + 1}`);
  const taken = [name, ...names].find(isTaken);
  if (taken !== undefined) throw new RefusedError(`there is a machine ${taken} already`);
  const wanted = paused ? 'paused' : 'running';
  return {
    name,
    template: templateNamed(template),
    templateName: template,
    shape,
    restart,
    machines: names.map((each) => ({ name: each, wanted, generation: 1 })),
  };
}

function templateNamed(name: string): Spec['template'] {
  let text: string;
  try {
    text = files.readText(`/machine-templates/${name}`);
  } catch (error) {
    throw new RefusedError(`there is no template ${name}: ${(error as Error).message}`);
  }
  const { kernel, initrd, commandLine, board, ready } = JSON.parse(text) as StoredTemplate;
  return {
    kernel: files.stat(kernel).blob,
    initrd: files.stat(initrd).blob,
    commandLine,
    board,
    ready,
  };
}
