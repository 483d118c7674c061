import type { Backend, Shape } from 'vstar/hosts';
import type { Spec } from 'vstar/hypervisor';
import { files } from 'vstar/vstore';
import { sharedBy } from './book.ts';
import type { Book, Group, Machine } from './book.ts';
import { RefusedError } from './errors.ts';
import { keptPaths } from './kept.ts';
import { checkNetworks, NO_NETWORKS } from './networks.ts';
import type { Networks } from './networks.ts';

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;
const MOST = 1_000; // of a group, which is one file
/** Of a tenant: its master watches the agent of each, by two watches of the 65,536 that a vTask may have, and numbers go as far. */
const MOST_IN_ALL = 10_000;

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
  /** Seconds after which each is kept again, while it runs; 0 for never. */
  snapshotEvery?: number;
  /** What must run them; none: any of QEMU. */
  backend?: Backend;
  /** Default: none. */
  networks?: Networks;
}

/** What `clone` is asked for. */
export interface CloneRequest {
  /** The machine that they begin as. */
  source: string;
  /** As of `create`. */
  name: string;
  count: number;
}

/** A template as it lies in vStore, under /machine-templates/NAME. */
interface StoredTemplate extends Omit<Spec['template'], 'image'> {
  version: number;
  /** Paths beside it; empty where a machine boots from its image. */
  kernel: string;
  initrd: string;
  image?: { pieces: string; index: string };
}

/** The group that is asked for. @throws {refused} */
export function groupOf(request: Request, book: Book): Group {
  const { name, count, template, shape, restart, paused, backend } = request;
  const { networks = NO_NETWORKS, snapshotEvery = 0 } = request;
  const names = namesOf(name, count, book);
  if (!(Number.isInteger(snapshotEvery) && snapshotEvery >= 0))
    throw new RefusedError(`snapshotEvery is ${snapshotEvery}: whole seconds`);
  checkNetworks(networks);
  const numbers = book.freeNumbers(count);
  const wanted = paused ? 'paused' : 'running';
  return {
    name,
    template: templateNamed(template),
    templateName: template,
    shape,
    backend: backend ?? undefined,
    restart,
    snapshotEvery,
    networks,
    machines: names.map((each, at) => ({
      name: each,
      wanted,
      generation: 1,
      number: numbers[at],
    })),
  };
}

/** @throws {refused} */
export function checkClones({ name, count }: CloneRequest, book: Book): void {
  namesOf(name, count, book);
}

/** A group of machines that begin as another one was when it was kept last; that stays in vStore as long as they do. @throws {refused} */
export function clonesOf(
  { name, count }: CloneRequest,
  { group, machine }: { group: Group; machine: Machine },
  book: Book,
): Group {
  const names = namesOf(name, count, book);
  const { template, templateName, shape, backend, restart, snapshotEvery, networks } = group;
  const numbers = book.freeNumbers(count);
  const { kept } = machine;
  const machines: Machine[] = names.map((each, at) => ({
    name: each,
    wanted: 'running',
    generation: 1,
    number: numbers[at],
    ...(kept && { kept }),
  }));
  const alike = { template, templateName, shape, backend, restart, networks };
  const clones: Group = { name, ...alike, machines };
  if (snapshotEvery !== undefined) clones.snapshotEvery = snapshotEvery;
  const paths = keptPaths(sharedBy(clones));
  if (kept?.memory !== undefined) files.bind(paths.memory, kept.memory);
  if (kept) files.bind(paths.disk, kept.disk);
  return clones;
}

function namesOf(name: string, count: number, book: Book): string[] {
  if (!NAME.test(name))
    throw new RefusedError(`name is ${JSON.stringify(name)}: 1 to 63 of a-z 0-9 -, no - first`);
  if (!(Number.isInteger(count) && count >= 1 && count <= MOST))
    throw new RefusedError(`count is ${count}: 1 to ${MOST}`);
  if (book.count + count > MOST_IN_ALL)
    throw new RefusedError(
      `count is ${count}, and there are ${book.count}: a tenant has at most ${MOST_IN_ALL} machines`,
    );
  const names =
    count === 1 ? [name] : Array.from({ length: count }, (_, at) => `${name}-${at + 1}`);
  const taken = [name, ...names].find((each) => book.has(each));
  if (taken !== undefined) throw new RefusedError(`there is a machine ${taken} already`);
  return names;
}

function templateNamed(name: string): Spec['template'] {
  let text: string;
  try {
    text = files.readText(`/machine-templates/${name}`);
  } catch (error) {
    const why = (error as Error).message;
    throw new RefusedError(
      `there is no template ${name} (${why}): make it by vstar machine template build ${name}, or import one`,
    );
  }
  const { kernel, initrd, image, userData, commandLine, board, ready } = JSON.parse(
    text,
  ) as StoredTemplate;
  return {
    kernel: kernel && files.stat(kernel).blob,
    initrd: initrd && files.stat(initrd).blob,
    image: image && {
      pieces: files.stat(image.pieces).blob,
      index: files.stat(image.index).blob,
    },
    userData,
    commandLine,
    board,
    ready,
  };
}
