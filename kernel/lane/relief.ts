import type { Body } from '#kernel/lane/body.ts';
import type { Task } from '#kernel/lane/task.ts';

/** Before each start, at most. Those that were busy are looked at again when all others have been. */
const LOOKS = 4;
/** At least, for it is at the second look that one hibernates: with fewer there would be none to hibernate for every other start. */
const LEAST_LOOKS = 2;

/**
 * Services whose instances others could go on in. Before one more of an image is started, one of them that has nothing to do hibernates: it
 * would some seconds later, and until then each of many that are made one after the other would have an instance of its own.
 */
export class Relief {
  /** By their images, those first that were looked at least recently. One that has hibernated is not looked for again. */
  readonly #services = new Map<string, Set<Task>>();
  readonly #images = new Map<Task, string>();

  /** One has been loaded. */
  add(image: string, task: Task, body: Body): void {
    if (task.ended || !body.hibernate) return;
    this.#images.set(task, image);
    const known = this.#services.get(image);
    if (known) known.add(task);
    else this.#services.set(image, new Set([task]));
  }

  /** One has ended, or hibernates: what it holds must not be kept for being looked at. */
  delete(task: Task): void {
    const image = this.#images.get(task);
    if (image === undefined) return;
    this.#images.delete(task);
    const services = this.#services.get(image)!;
    services.delete(task);
    if (services.size === 0) this.#services.delete(image);
  }

  /** One more of an image is about to be loaded. @returns bytes that are left to be collected */
  before(image: string): number {
    const services = this.#services.get(image) ?? new Set();
    let looks = 0;
    let left = 0;
    let relieved = false;
    let again: Task | undefined;
    for (const task of services) {
      if (task === again || looks >= (relieved ? LEAST_LOOKS : LOOKS)) break;
      if (isAsleep(task)) {
        this.delete(task); // its lane had looked at it
        continue;
      }
      looks += 1;
      if (!task.busy) left += task.look();
      if (isAsleep(task)) {
        relieved = true;
        this.delete(task);
        continue;
      }
      services.delete(task);
      services.add(task);
      again ??= task;
    }
    return left;
  }
}

function isAsleep({ busy, idle }: Task): boolean {
  return idle && !busy;
}
